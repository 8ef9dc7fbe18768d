"""The demonstration city as tables: units, aliases, groups, boards and users.

Organisations are those a real leading group of 舟山 addresses, so its published documents resolve here.
Every person is invented.
"""

from typing import NamedTuple

from tracker.accounts.models import Role, UnitKind


class UnitRow(NamedTuple):
    """One unit with the two persons every unit has; ``account`` is the stem of their usernames."""

    name: str
    short_name: str
    kind: UnitKind
    account: str
    reporter: str
    head: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None


class GroupRow(NamedTuple):
    """A collective name. ``is_open``: a person confirms the members each time it is used."""

    name: str
    members: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    is_open: bool = False


class BoardRow(NamedTuple):
    """Units compared with each other; a unit is in one board at most."""

    name: str
    members: tuple[str, ...]


class UserRow(NamedTuple):
    """A person with one role in one unit."""

    username: str
    name: str
    role: Role
    unit: str


AREA, DEPARTMENT, VERTICAL = UnitKind.AREA, UnitKind.DEPARTMENT, UnitKind.VERTICAL
ENTERPRISE, MASS = UnitKind.ENTERPRISE, UnitKind.MASS

OFFICE = "市扶贫办"

# The order here is the fixed order of units, in lists and inside a tie.
# fmt: off
UNITS = (
    UnitRow("定海区", "定海", AREA, "dinghai", "周听澜", "顾长屿",
            ("定海", "定海区政府", "定海区人民政府", "定海区扶贫办", "定海区扶贫开发工作领导小组")),
    UnitRow("普陀区", "普陀", AREA, "putuo", "沈予舟", "韩知远",
            ("普陀", "普陀区政府", "普陀区人民政府", "普陀区扶贫办", "普陀区扶贫开发工作领导小组")),
    UnitRow("岱山县", "岱山", AREA, "daishan", "贺汀兰", "孟亦川",
            ("岱山", "岱山县政府", "岱山县人民政府", "岱山县扶贫办", "岱山县扶贫开发工作领导小组")),
    UnitRow("嵊泗县", "嵊泗", AREA, "shengsi", "江晚渔", "蒋屿宁",
            ("嵊泗", "嵊泗县政府", "嵊泗县人民政府", "嵊泗县扶贫办", "嵊泗县扶贫开发工作领导小组")),
    UnitRow("新城管委会", "新城", AREA, "xincheng", "夏疏桐", "卢景行",
            ("新城", "新城管委会扶贫办", "新城管委会扶贫开发工作领导小组")),
    UnitRow("普陀山-朱家尖管委会", "普-朱", AREA, "puzhu", "唐泊言", "戚明远",
            ("普-朱", "普-朱管委会", "普陀山-朱家尖", "普陀山-朱家尖管委会扶贫办",
             "普陀山-朱家尖管委会扶贫开发工作领导小组")),
    UnitRow(OFFICE, "扶贫办", DEPARTMENT, "fupin", "柳闻笛", "俞正则",
            ("舟山市扶贫办", "市扶贫开发工作领导小组", "市扶贫开发工作领导小组办公室",
             "舟山市扶贫开发工作领导小组", "舟山市扶贫开发工作领导小组办公室"),
            parent="市农业农村局"),
    UnitRow("市委组织部", "组织部", DEPARTMENT, "zuzhi", "方砚青", "郑维安",
            ("组织部", "中共舟山市委组织部", "舟山市委组织部")),
    UnitRow("市委宣传部", "宣传部", DEPARTMENT, "xuanchuan", "苏映雪", "何知非",
            ("宣传部", "中共舟山市委宣传部", "舟山市委宣传部")),
    UnitRow("市委统战部", "统战部", DEPARTMENT, "tongzhan", "秦若谷", "罗同舟",
            ("统战部", "中共舟山市委统战部", "舟山市委统战部")),
    UnitRow("市发改委", "发改委", DEPARTMENT, "fagai", "宋临川", "梁既明",
            ("发改委", "市发展改革委", "市发展和改革委员会", "舟山市发展和改革委员会")),
    UnitRow("市经信局", "经信局", DEPARTMENT, "jingxin", "许星野", "董立言",
            ("经信局", "市经济和信息化局", "舟山市经济和信息化局")),
    UnitRow("市教育局", "教育局", DEPARTMENT, "jiaoyu", "陆书勤", "傅思齐",
            ("教育局", "舟山市教育局")),
    UnitRow("市科技局", "科技局", DEPARTMENT, "keji", "曹知微", "邵格物",
            ("科技局", "市科学技术局", "舟山市科学技术局")),
    UnitRow("市民政局", "民政局", DEPARTMENT, "minzheng", "谢暖阳", "潘怀仁",
            ("民政局", "舟山市民政局")),
    UnitRow("市司法局", "司法局", DEPARTMENT, "sifa", "袁明澈", "严守正",
            ("司法局", "舟山市司法局")),
    UnitRow("市财政局", "财政局", DEPARTMENT, "caizheng", "钱理清", "施量入",
            ("财政局", "舟山市财政局")),
    UnitRow("市人社局", "人社局", DEPARTMENT, "renshe", "冯就言", "田乐业",
            ("人社局", "市人力社保局", "市人力资源和社会保障局", "舟山市人力资源和社会保障局")),
    UnitRow("市自然资源和规划局", "资规局", DEPARTMENT, "zigui", "林丈青", "程方圆",
            ("市资规局", "自然资源和规划局", "舟山市自然资源和规划局")),
    UnitRow("市住建局", "住建局", DEPARTMENT, "zhujian", "高筑安", "石广厦",
            ("住建局", "市住房和城乡建设局", "舟山市住房和城乡建设局")),
    UnitRow("市水利局", "水利局", DEPARTMENT, "shuili", "温如溪", "汪思源",
            ("水利局", "舟山市水利局")),
    UnitRow("市农业农村局", "农业农村局", DEPARTMENT, "nongye", "叶禾风", "陶耕远",
            ("农业农村局", "舟山市农业农村局")),
    UnitRow("市海洋与渔业局", "海洋渔业局", DEPARTMENT, "haiyang", "余归帆", "洪望潮",
            ("海洋与渔业局", "市海洋渔业局", "舟山市海洋与渔业局")),
    UnitRow("市商务局", "商务局", DEPARTMENT, "shangwu", "白致远", "樊通衢",
            ("商务局", "舟山市商务局")),
    UnitRow("市卫健委", "卫健委", DEPARTMENT, "weijian", "杜若宁", "康伯年",
            ("卫健委", "市卫生健康委", "市卫生健康委员会", "舟山市卫生健康委员会")),
    UnitRow("市统计局", "统计局", DEPARTMENT, "tongji", "丁数清", "薛实之",
            ("统计局", "舟山市统计局")),
    UnitRow("市医保局", "医保局", DEPARTMENT, "yibao", "章济棠", "任保安",
            ("医保局", "市医疗保障局", "舟山市医疗保障局")),
    UnitRow("人行舟山市中心支行", "人行舟山", VERTICAL, "renhang", "金若素", "葛守约",
            ("人行舟山中心支行", "人民银行舟山市中心支行", "中国人民银行舟山市中心支行")),
    UnitRow("省农信联社舟山办事处", "农信舟山办", VERTICAL, "nongxin", "季禾信", "龚诚之",
            ("省农信联社舟山办", "省农村信用社联合社舟山办事处", "浙江省农村信用社联合社舟山办事处")),
    UnitRow("市供销社", "供销社", ENTERPRISE, "gongxiao", "姚汇川", "樊有年",
            ("供销社", "市供销联社", "舟山市供销合作社联合社")),
    UnitRow("市总工会", "总工会", MASS, "gonghui", "雷同心", "黎劳谦",
            ("总工会", "舟山市总工会")),
    UnitRow("团市委", "团市委", MASS, "tuanwei", "范朝阳", "段青禾",
            ("共青团舟山市委", "共青团舟山市委员会")),
    UnitRow("市妇联", "妇联", MASS, "fulian", "齐书蕙", "邹静婉",
            ("妇联", "市妇女联合会", "舟山市妇女联合会")),
    UnitRow("市残联", "残联", MASS, "canlian", "尹同行", "阮扶光",
            ("残联", "市残疾人联合会", "舟山市残疾人联合会")),
    UnitRow("市工商联", "工商联", MASS, "gongshanglian", "毛聚贤", "万同裕",
            ("工商联", "市工商业联合会", "舟山市工商业联合会")),
    UnitRow("市红十字会", "红十字会", MASS, "hongshi", "安予心", "裴博爱",
            ("红十字会", "舟山市红十字会")),
    UnitRow("市慈善总会", "慈善总会", MASS, "cishan", "乐施然", "平济众",
            ("慈善总会", "舟山市慈善总会")),
)
# fmt: on

COUNTIES = ("定海区", "普陀区", "岱山县", "嵊泗县")
ZONES = ("新城管委会", "普陀山-朱家尖管委会")
AREAS = COUNTIES + ZONES
MEMBERS = tuple(unit.name for unit in UNITS if unit.kind is not AREA and unit.name != OFFICE)

GROUPS = (
    GroupRow(
        "各县（区）",
        COUNTIES,
        ("县（区）", "各县区", "各县（区）政府", "各县（区）人民政府", "各县（区）扶贫办"),
    ),
    GroupRow("各功能区管委会", ZONES, ("功能区", "功能区管委会", "功能区管委会扶贫开发工作领导小组")),
    GroupRow(
        "各县（区）、功能区管委会扶贫开发工作领导小组",
        AREAS,
        (
            "各县（区）、功能区管委会",
            "县（区）、功能区管委会",
            "县（区）、管委会扶贫开发工作领导小组",
            "县（区）、功能区管委会扶贫开发工作领导小组",
        ),
    ),
    GroupRow("市、县（区）、功能区管委会扶贫开发工作领导小组", (OFFICE, *AREAS)),
    GroupRow(
        "扶贫开发工作领导小组成员单位",
        MEMBERS,
        (
            "成员单位",
            "各成员单位",
            "扶贫开发工作领导小组各成员单位",
            "市扶贫开发工作领导小组成员单位",
            "市扶贫开发工作领导小组各成员单位",
        ),
        is_open=True,
    ),
)

# The office judges and is not judged: it is in no board.
BOARDS = (
    BoardRow("县区和功能区组", AREAS),
    BoardRow(
        "市直部门组", tuple(unit.name for unit in UNITS if unit.kind is DEPARTMENT and unit.name != OFFICE)
    ),
    BoardRow(
        "其他成员单位组", tuple(unit.name for unit in UNITS if unit.kind in (VERTICAL, ENTERPRISE, MASS))
    ),
)

USERS = (
    *(UserRow(unit.account, unit.reporter, Role.REPORTER, unit.name) for unit in UNITS),
    *(UserRow(f"{unit.account}.head", unit.head, Role.HEAD, unit.name) for unit in UNITS),
    UserRow("supervisor1", "岑见微", Role.SUPERVISOR, OFFICE),
    UserRow("supervisor2", "路远之", Role.SUPERVISOR, OFFICE),
    UserRow("supervisor3", "易知行", Role.SUPERVISOR, OFFICE),
    UserRow("approver", "闻人衡", Role.APPROVER, OFFICE),
    UserRow("leader", "司徒望", Role.LEADER, OFFICE),
    UserRow("administrator", "管清和", Role.ADMINISTRATOR, OFFICE),
    UserRow("auditor", "简秋水", Role.AUDITOR, OFFICE),
)
