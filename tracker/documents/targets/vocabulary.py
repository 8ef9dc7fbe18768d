"""The words around a number that decide whether it is a goal, in which sense and for whom; tables only."""

import re

AT_LEAST, AT_MOST, ABOVE, BELOW, EXACT, ABOUT = ">=", "<=", ">", "<", "=", "~="
HOLD, LEVEL, GROWTH, DECREASE, FILLER = "hold", "level", "growth", "decrease", ""


def _any(words: str) -> str:
    """An alternation of the words, the longest first."""
    return "(?:" + "|".join(sorted(words.split(), key=len, reverse=True)) + ")"


def _pattern(words: str, form: str = "{}") -> re.Pattern[str]:
    return re.compile(form.replace("{}", _any(words)))


# What may stand right before a number, read from the number backwards, the longest word first.

_BEFORE = {
    AT_LEAST: """
        不少于 不低于 不得少于 不得低于 不能少于 不能低于 不应少于 不应低于 不小于 不得小于 不下于 不短于
        至少 最少 至少达 至少有 最低 ≥ 大于等于 大于或等于""",
    AT_MOST: """
        不超过 不得超过 不能超过 不应超过 不超 不高于 不得高于 不能高于 不大于 不得大于 不多于 不得多于
        不突破 不得突破 不长于 ≤ 小于等于 小于或等于""",
    ABOVE: "超过 突破 高于 大于 多于 超 优于 超出",
    BELOW: "低于 小于 少于",
    ABOUT: "约 大约 大概 约为",
    HOLD: "控制在 严控在 压控在 限制在 控制到 控制为 压降在",
    LEVEL: """
        达到 达 达至 保持在 稳定在 维持在 保持 稳定 维持 巩固在 提高到 提高至 提升到 提升至 提升为 提高为
        增加到 增加至 增至 增到 升至 升到 上升到 上升至 扩大到 扩大至 增长到 增长至 发展到 发展至 恢复到
        恢复至 降到 降至 降为 下降到 下降至 降低到 降低至 减少到 减少至 减至 压减到 压减至 压缩到 压缩至
        压降到 压降至 缩短到 缩短至 缩减到 缩减至 调整到 调整至 延长到 延长至 扩容到 扩容至 拓展到 拓展至
        延伸到 延伸至 提标至 提标到""",
    GROWTH: "增长 增加 提高 提升 上升 递增 上浮 增收 增产 同比增 平均增 年均增",
    DECREASE: "下降 降低 减少 压减 压降 削减 缩减 缩短 压缩 回落 精简",
    FILLER: """
        力争 争取 确保 努力 实现 原则上 均 都 分别 各 平均 全部 共计 共 合计 总数 总计 累计 再 要 应 应当 须
        需要 必须 都有 均有 各有 要有 应有 年均 日均 月均 同比 环比 同口径 总共 普遍 一般 统一 整体 总体 超额
        每年
        每月 每周 每日 每天 每季度 每半年 按照 幅度""",
}
TAILS = {word: meaning for meaning, words in _BEFORE.items() for word in words.split()}
LONGEST_TAIL = max(map(len, TAILS))
# The same characters as the end of another word: 雷达, 节约, 供应, 纪要, 改造提升.
NOT_A_TAIL = {
    "达": "雷马表发传通抵布直到",
    "约": "节条公合预违签履契制",
    "超": "高赶反",
    "共": "公",
    "应": "供相响对效适反感",
    "要": "纪摘首重需主紧",
    "均": "人户平",
    "都": "首成",
    "提升": "造固化治档展",
    "增收": "促民",
}
# 每季度至少带队检查1次: something may stand between.
AT_LEAST_DOING = re.compile("(?:至少|最少)[^，、□]{1,8}$")
# 不超过核定承载量的80%
BOUND_OF_BASE = re.compile(
    f"({_any(' '.join(word for word, op in TAILS.items() if op in (AT_LEAST, AT_MOST, ABOVE, BELOW)))})"
    "[^，、□]{1,12}的$"
)
COMPARED = re.compile(
    "(?:比|较)(?:□|上年|去年|前年|同期|上一年度?|年初|上年度|底|末|全年|实绩|实际|基数|水平|平均|上半年|年度|的)+$"
)

# What may follow the measure.
SUFFIXES = (
    ("及以上", AT_LEAST),
    ("以上", AT_LEAST),
    ("及以下", AT_MOST),
    ("以下", AT_MOST),
    ("以内", AT_MOST),
    ("之内", AT_MOST),
    ("内", AT_MOST),
    ("左右", ABOUT),
    ("上下", ABOUT),
)

# Verbs of doing: they end a name, are stripped from a subject, and show that a number is work to do.

VERBS = """
    建成 建成投用 建设 新建 改建 扩建 改扩建 新改扩建 新改建 迁建 续建 重建 筹建 共建 创建 新创建 开工
    开工建设 竣工 完工 投用 启用 启动 新启动 完成 新完成 打造 培育 培养 引进 引育 招引 招聘 招募 选派
    选拔 选树 选聘 选育 遴选 遴选资助 推进 推动 推出 推广 开展 组织 组织开展 举办 承办 召开 举行 组建
    成立 设立 设置 开设 开通 增设 配备 配置 配齐 配强 安排 落实 发放 发行 投放 争取 筹集 筹措 储备
    采购 购置 更新 改造 提升 改造提升 整治 治理 清理 清退 清收 清除 拆除 拆解 关停 关闭 搬迁 关闭搬迁
    淘汰 化解 销号 整改 修复 修编 编制 制定 修订 出台 发布 培训 轮训 放流 增殖放流 种植 栽植 补植 抚育
    救助 帮扶 资助 支持 扶持 认定 评选 评定 命名 申报 创成 检查 抽查 排查 巡查 暗访 走访 慰问 监测
    检测 抽检 核查 覆盖 惠及 服务 带动 吸纳 转移 安置 布设 安装 铺设 敷设 接入 上线 归集 办结 办理
    受理 报审 查处 处置 立案 收储 盘活 供应 出让 流转 签约 落地 入库 入统 纳入 减免 减轻 新增 净增
    增加 扩大 拓展 实施 投入 到位 生产 出栏 播种 收获 划定 选定 确定 明确 输送 转化 登记 新登记 孵化
    新培育 新引进 新认定 建立 形成 制作 拍摄 创作 发展 调解 审结 清偿 兑付 偿还 攻克 突破 取得 获得
    授权 申请 改善 加固 疏浚 清淤 绿化 植树 造林 施工 交付 竣工交付 分配 回迁 征收 签订 开发 募集 实现
    完善 招收 选送 联系 结对 参加 参与 组织实施 达产 投产 运行 投运 动工 实行 提供 提质 升级 宣讲 宣传
    巡讲 演练 督查 督导 调度 通报 约谈 研判 会商 回访 点评 拉练 报送 编印 印发 刊发 播出 摸排 排定
    谋划 策划 滚动实施 建好 办好 做好 抓好 管好 用好 选好 解决 处理 消除 攻坚 补齐 补充 充实 轮换 回收
    处置利用 消纳 利用 收集 转运 清运 削减 压减 退出 整合 整合退出 淘汰更新 更新改造 提标改造 改造升级
    建设改造 新建改造 维修 维护 养护 修缮 翻建 改厕 带队检查 挂钩 挂钩联系 消化 包联 领办 帮办 收取 收缴"""
_SHORT_VERBS = "造 建 设 配 办 派 聘 选 招 通 铺 植 育"
_ANY_VERB = _any(VERBS + " " + _SHORT_VERBS)
VERB_AT_END = re.compile(f"{_ANY_VERB}$")
VERB_ONLY = re.compile(f"{_ANY_VERB}{{1,3}}$")
VERB_AT_START = re.compile(_ANY_VERB)
VERB_WITHIN = re.compile(f"{_any(VERBS)}(?!率)")
# Stripped from the front of a subject: they say that something is done, not what.
LEADING = _pattern("""
    □ [、，和与并且] 及(?!时) 力争 争取 努力 确保 保证 保障 全年 全市 全省 全县 全区 全州 全镇 全国 我市
    我县 我区
    我省 今年 当年 年内 每年 每月 每周 每日 每天 每季度 每半年 到(?=□) 按照 按(?!期) 依法 严格 积极 大力
    加快 稳步 有序 扎实 深入 持续 全面 进一步 集中 计划 要求 其中 分别 原则上 各地 通过 继续
    重点(?=引进|建设|打造|培育) 再 新(?=打造|培育|引进|认定|建成) 以内 底前 前 起 要 应 须 须在 在 把 将 对
    于 以 实现 完成 建成投用 建成 建设(?!用) 创建 打造 培育 培养 引进 选派 选拔 遴选资助 遴选 推进 推动
    推出 推广 开展 组织开展 组织 举办 承办 召开 举行 组建 成立 设立 设置 开设 配备 配置 配齐 安排 落实
    筹集 筹措 储备 采购 购置 更新 整治 关闭搬迁 关停 关闭 上线 制定 编制 实施 划定 更好 累计 共计 共 合计
    总计 提高 提升 降低 减少 压减 增加 至少 不少于 拟 首批 招引 滚动""")

# Signs that a number is not a goal. "left" ends at the words of comparison, "right" begins after 以上.

NEVER_BEFORE = _pattern(
    """
    最高 最长 最短 最大 最小 最多 至多 上限 下限 封顶 提前 每隔 间隔 近 满 不足 仅 仅有 逾 (?<!间)(?<!差)距
    第 (?<![底末□])前
    (?<!□)后 总投资
    计划投资 概算 概算投资 总投资额 估算 估算投资 预估 预计投资 拟投资 总造价 造价 占地 占地面积 下辖 辖
    现有 共有 原有 仍有 尚有 还有 已有 存在 剩余 由 从 年产 日产 确定的 明确的 提出的 部署的 下发的
    包括 含有 分为 分成 分 身高 年龄 连续 为期 历时 上述 其他 另外 编号 排名 位列 位居 列""",
    "{}$",
)
# Attributes of a thing: goals only where a comparison or a level is stated (库容达到35万吨).
ATTRIBUTE_BEFORE = _pattern(
    """
    距离 周边 半径 沿线 建设规模 设计规模 年度投资 年度计划投资 投资额 建筑面积 总面积 用地面积 辖区面积
    国土面积 总人口
    常住人口 户籍人口 流动人口 人口 注册资本 注册资金 总长 全长 总长度 总库容 库容 总装机 总装机容量 宽 高
    深 厚 宽度 高度""",
    "{}$",
)
# Findings are figures of the past unless they are to be put right (反馈的18个问题整改).
FOUND_BEFORE = re.compile("(?:(?:反馈|交办|移交|指出)的?|(?:发现|排查出|梳理出|查出)[^，、□]{0,6})$")
PUT_RIGHT = _pattern("整改 销号 办结 整治 清零 解决 化解")

NEVER_AFTER = _pattern("""
    (?:统一|严禁|不准|一律)(?=[，、和]|$)
    的?[^□，、的]{0,4}(?:方面|环节|阶段|层面|维度|步骤|原则|关键点|着力点)
    部分 字 以外 口径 范围 半径 直径 值班 值守 不间断 组成 (?:部门|单位)(?:联合|会同|参与|共同) 责任区
    [^，、□]{0,12}为(?:主|重点|单元|单位|限|载体|依托|基础) 时(?![间长段]) [^□，、的]{0,6}(?:小组|专班)
    [^□，、的]{0,6}(?:督导|督查|检查|巡查|专家|指导|调研|暗访|工作|督察|考核|核查|攻坚|推进|验收|服务)组
    (?:增加|提高|扩大|提升|下降|降低|减少|压减|压缩|缩短|调整|增|降|减)(?:到|至|为)""")
# 146项任务, 46个要点 are counts of paper, unless they are completed, issued, put right.
PAPER_AFTER = _pattern(
    "任务 措施 内容 要求 指标 举措 工作 制度 机制 要点 问题 重点(?=[，、]|$) 清单 事项 议题 意见建议",
    "的?[^□，、的]{0,4}{}",
)
PAPER_UNITS = ("个", "项", "条", "类", "件", "种")
DONE = _pattern(
    """
    完成 出台 推出 办结 新增 落地 销号 整改 解决 化解 处置 制定 修订 办好 实施 建立 梳理 公布 发布 取消
    下放 承接 精简 落实好 取得 推广 形成 提出 征集""",
    "{}$",
)
PHASE_AFTER = _pattern("工程 项目 建设")
BY_STANDARD = re.compile("[^，]{0,12}的(?:标准|比例|要求|规定)")

PAST = _pattern("""
    (?<!对)已(?!备) 完成了 建成了 曾 截至 截止 目前 现有 共有 原有 去年(?!同|底) (?<![比较])上年(?!同)
    仍有 尚有 近年来 此前""")
LASTING_PAST = _pattern("截至 截止 目前 近年来 (?<![比较])去年 (?<![比较])上年(?!同)")
FUTURE = _pattern("今后 下一步 力争 确保 争取 努力 今年 到□ 年底前 年内 计划 将(?!军) 要")

# Policy parameters: what is paid to whom, by which rate.
POLICY_BEFORE = _pattern("""
    给予 予以 奖励 奖补 罚款 处以 可申请 享受 申领 补助标准为 标准为 补贴$ 补助$ 资助$ 首付 费率为 税率
    每[户人亩吨头只][^，]{0,4}(?:补|奖) 按(?![期时月季年])照?[^，]{0,12}$""")
POLICY_AFTER = _pattern("""
    (?:的|以内的|以下的)?(?:标准|补助|补贴|奖励|奖补|资助|一次性|罚款|贴息|予以|给予|返还|计提|提取|扣)
    的?比例(?:给予|予以|返还|补|安排)""")
PAID_AFTER = re.compile("，?(?:给予|予以)")
RATE_OF_POLICY = re.compile("(?:按(?![期时月季年])|给予)[^，]*$")
INVESTMENT = re.compile("(?:^|[，、□总])(?:计划|概算|预计|拟|需)?投资$")
MONEY_WORK = _pattern("""
    外资 拨付 支付 清欠 吸引 撬动 节约 减负 降低 增收 产值 营业收入 销售 收入 总额 投资 余额 融资 出口 消费
    营收 贷款 资金 税收 增加值 标准""")
TERM_BEFORE = _pattern(
    "服务期 服务期限 有效期 任期 公示 公示期 公示时间 会期 工龄 保存 留存 期限 年龄", "{}$"
)
TERM_AFTER = _pattern("以上 行动 计划 规划 值班 龄 制 工作制 滚动")

# Response times (接到投诉后2小时内响应), not days after an event of the paper itself (闭幕后15个工作日内).
RESPONSE_TO = _pattern("""
    接到 收到 受理 发现 发生 接报 隐患 投诉 举报 诉求 申请 险情 事故 故障 病害 舆情 警情 线索 问题 破损
    工单""")
RESPONSE = _pattern(
    """
    整改 销号 办结 答复 回复 处置 反馈 修复 核查 办理 处理 响应 回应 到场 到达 报告 上报 回传 书面报告
    电话报告""",
    "(?:要|须|应|必须|予以|完成|进行|及时|全部){0,3}{}",
)
NO_RESPONSE = _pattern("""
    之日起 印发 公布后 下发 闭幕 结束后 会后 公示 签订 启动后 实施后 反馈意见 □起 建成后 批复后 投用后
    通过后 会前 赛前 报到前 开始前 召开前""")

# A number before 的 + noun says which things are meant (低于10人的应用), except …
GOAL_AFTER = _pattern("目标 任务 要求 水平 标准 比例 占比 覆盖率 频次 力度 速度 抽查 规模 份额", "的{}")
SHARE_OF_ALL = re.compile("的[^，。；]{0,20}占[^，。；□]{0,20}$")
JOINED = re.compile("且|并且|和|同时|以及|、|或")

# For whom.

PERIOD = re.compile("每个?(年|月|周|日|天|季度|季|半年|旬|学期|学年|班|次|半月)(?!均)")
_NAME_ENDS = _any(
    VERBS
    + """
    至少 不少于 不低于 不超过 不得 最少 都 均 要 应(?=当|确|至|不) 须 必须 原则上 达到 保持 一般 全部
    各(?=有|至) 分别 确保 再 每年 每月 每周 每日 每天 每季 每半年 平均"""
)
EACH = re.compile(
    "每(?!年|月|周|日|天|季|半年|旬|学期|学年|千|百|万|十|亩|公里|平方|吨|次|逢|□|半月|隔|班次|小时|分钟|当|况)"
    f"[^，。；：、]{{1,20}}?(?={_NAME_ENDS}|$)"
)
ALL_OF = re.compile(
    f"^[□到在前底，]*(?:全市|全省|全县)?(各(?!项|类|级|方面|种|环节)[^，。；：、]{{1,12}}?)(?={_NAME_ENDS}|$)"
)
HAS = re.compile("(?:都|均|至少|各|应|要|须)有$|(?:都|均)(?:配备|明确|确定|落实|安排|设立|设有|配有|建有)$")
HAS_EACH = re.compile("(?:至少有|都有|均有)$")
AT_LEAST_ONE_PERSON = re.compile("(?<!全[市省县区国州])(?:至少)$")
SEE_TO = _pattern("确保 保证 使 让 做到 实现 要求 推动 须 保障")

_NAME = "[\u4e00-\u9fff](?:[\u4e00-\u9fff-]|（[^（）]{1,6}）){0,13}?"
_PLACE = _NAME + _any(
    "县 市 区 自治州 州 盟 旗 镇 乡 街道 管委会 管理区 开发区 高新区 经开区 示范区 新区 办事处"
)
_ORGAN = _NAME + _any("局 委 (?<![可即网联通代帮快秒督交承协主])办 厅 公司 集团 支队 大队")
AREA = re.compile(f"(?:{_PLACE}|{_ORGAN})$")
# Names of a rest or of all of a kind.
AREA_CLASS = _pattern(
    """
    其[余他].{0,10} 各.{1,10} .{0,2}本级 [市县区州省]直(?:单位|部门)? (?:经济技术|高新技术|经济)?开发区
    高新区 经开区 新区""",
    "{}$",
)
AREA_KIND = _pattern(
    """
    城区 城市 县城 农村 乡镇 乡村 城镇 建成区 中心城区 主城区 市区 近郊区 远郊区 山区 半山区 平原 丘陵 海岛
    沿海 内陆 沿海地区 山区县 海岛县 平原县 城乡接合部 城市建成区 中心镇 集镇 城郊""",
    "{}{1,2}$",
)
# An area at the head of a longer phrase; not the 市 of 市场.
AREA_THEN = re.compile(
    f"(?!各)({_PLACE}|[市县区州省](?:本级|直))"
    "(?!(?<=市)[场民政值容直级县区]|(?<=县)[城级域直道乡]|(?<=区)[域间级块县]|(?<=镇)区|(?<=乡)[村镇贤])(.+)$"
)
# 示范镇, 超市: kinds of places and other words with the same ending.
NOT_AN_AREA = _pattern(
    """
    (?:示范|试点|试验|实验|达标|精品|特色|重点|先进|样板|美丽|合格|创建|薄弱|贫困|脱贫|标准化|生态|文明|卫生|平安




    |智慧|强|中心|小|集|建制|新|旧|大|产业|功能|保护|景|园|社|库|灾|校|矿|厂|林|牧|渔|海|禁养|限养|养殖|服务|避险
    |缓冲|核心|禁渔|休渔|作业|停车|宿舍|教学|生活|办公|一体化|绿色|宜居|创新|先行|引领|幸福|未来|亮点)
    (?:县|区|镇|乡|村|街道|市)
    |(?:夜市|超市|城市|集市|上市|门市|股市|招商局|乡镇|下乡|返乡|故乡|入市|菜市)
    """.replace(" ", "").replace("\n", ""),
    "{}$",
)
# A short name without 县, 区 (定海, 普-朱) is believed in a breakdown unless it reads like a thing.
SHORT_NAME = re.compile("[\u4e00-\u9fff]{2,3}$|[\u4e00-\u9fff]-[\u4e00-\u9fff]{1,3}$")
THING = re.compile(
    "[园学中校院店站厂林田地路桥水户人员师生车船艘床位点处所馆库率额量值费款金型级类式性化工品物肉蛋奶菜果粮油鱼虾"
    "猪牛羊鸡男女网厕房楼沟渠井泵池场坪亩草树木竹茶药材机电气煤厅室间部组队会社件项案事岗证照牌卡券票书报刊片剧课班"
    "套座台]$|"
    + _any("""
    出口 进口 国有 民营 公办 民办 城镇 农村 城市 乡村 新建 改建 扩建 续建 本科 硕士 博士 专科 高级 中级 初级
    集中 分散
    主城 市级 县级 省级 国家 其余 其他 重点 一般 首批 优质 普惠 新增 完成 单位 企业 个人 项目 渔业 农业 工业
    种植 养殖 加工 旅游""")
)
