"""The lists of tasks the demonstration's office issued month by month before its work points.

Everything here is invented.
"""

from datetime import date
from typing import NamedTuple

from tracker.seed.story import Temper


class MonthList(NamedTuple):
    """One month's list; each point has its sentences with a day each, and who answers for all of them."""

    issued_on: date
    points: tuple[tuple[str, str], ...]

    @property
    def month(self) -> str:
        return f"{self.issued_on:%Y-%m}"

    def text(self, number: int) -> str:
        """The document as it was sent out."""
        title = f"{self.issued_on.year}年{self.issued_on.month}月增收帮扶重点任务清单（演示文本）"
        day = f"{self.issued_on.year}年{self.issued_on.month}月{self.issued_on.day}日"
        points = (
            f"{place}、{words}（责任单位：{units}）"
            for place, (words, units) in zip("一二三四五六", self.points, strict=False)
        )
        return "\n".join(
            (
                "舟山市扶贫开发工作领导小组办公室文件",
                f"舟扶贫办演〔{self.issued_on.year}〕{number}号",
                f"关于印发《{title}》的通知",
                "各县（区）、功能区管委会扶贫开发工作领导小组，各成员单位：",
                f"现将《{title}》印发给你们，请按时限办理。",
                "舟山市扶贫开发工作领导小组办公室",
                f"{day}\n",
                title,
                *points,
            )
        )


AREAS = "各县（区）、功能区管委会扶贫开发工作领导小组"
CARE = "市民政局、市人社局、市农业农村局、市财政局、市教育局、市卫健委、市商务局"
REST = (
    "市委组织部、市委宣传部、市委统战部、市发改委、市经信局、市科技局、市司法局、市自然资源和规划局、"
    "市住建局、市水利局、市海洋与渔业局、市统计局、市医保局"
)
HELP = "团市委、市妇联、市残联、人行舟山市中心支行、省农信联社舟山办事处"
GIVE = "市总工会、市工商联、市供销社、市红十字会、市慈善总会"

LISTS = (
    MonthList(
        date(2020, 2, 3),
        (
            (
                "摸清疫情影响。2月14日前逐户登记不能返岗的困难渔农户劳动力。2月20日前把防护用品送到缺少口罩的困难家庭。"
                "2月27日前组织第一批务工人员返岗接送。",
                AREAS,
            ),
            (
                "守住保障底线。2月14日前公布疫情期间求助电话和办理流程。2月21日前开通困难渔农户急事急办通道。"
                "2月27日前排定全年增收帮扶项目。",
                CARE,
            ),
            ("落实结对安排。2月18日前报送防疫期间值班联系人。2月24日前确定今年结对村和联系干部。", REST),
            (
                "送去急需服务。2月17日前安排志愿者认领孤寡渔农户。2月21日前建好困难群体联系名册。"
                "2月26日前公布疫情期间服务清单。",
                HELP,
            ),
            ("汇集社会爱心。2月19日前公布爱心物资捐赠渠道。2月25日前公布捐赠物资接收和发放情况。", GIVE),
        ),
    ),
    MonthList(
        date(2020, 3, 2),
        (
            (
                "推动返岗复工。3月13日前把有劳动能力的困难渔农户全部走访一遍。3月20日前梳理推出第一批公益岗位。"
                "3月27日前公布上岛就业服务点。",
                AREAS,
            ),
            (
                "兑现帮扶政策。3月12日前公布困难家庭补助申领指南。3月20日前拨付首批帮扶资金。"
                "3月27日前完成帮扶政策落实自查。",
                CARE,
            ),
            ("开展结对走访。3月17日前印发本单位年度帮扶安排。3月25日前完成结对村第一次走访。", REST),
            (
                "帮扶重点群体。3月13日前排定全年免费培训班次。3月20日前走访困难妇女儿童和残疾人家庭。"
                "3月27日前发放首批小额信用贷款。",
                HELP,
            ),
            ("发动会员企业。3月18日前召开一次结对企业碰头会。3月24日前征集企业愿意提供的就业岗位。", GIVE),
        ),
    ),
    MonthList(
        date(2020, 4, 1),
        (
            (
                "抓好春季生产。4月14日前把紫菜、贻贝种苗补贴发放到户。4月21日前建立困难渔农户生产台账。"
                "4月28日前组织两场海岛农产品对接会。",
                AREAS,
            ),
            (
                "补齐保障短板。4月14日前核对困难家庭学生资助名单。4月21日前完成困难渔农户签约服务。"
                "4月28日前公开首批帮扶资金使用情况。",
                CARE,
            ),
            ("办好实事项目。4月16日前登记结对户最急需的事项。4月24日前把结对村实事项目排定到人。", REST),
            (
                "扩大服务覆盖。4月13日前开办第一期网上技能班。4月21日前上门办理残疾人证件。"
                "4月28日前完成信用渔农户评定。",
                HELP,
            ),
            ("推动消费帮扶。4月17日前排出海岛农产品采购意向。4月23日前上架第一批海岛农产品。", GIVE),
        ),
    ),
    MonthList(
        date(2020, 5, 6),
        (
            (
                "准备全面核查。5月15日前完成核查人员培训。5月21日前核对在册困难渔农户基本信息。"
                "5月28日前上报村级集体经济薄弱村名单。",
                AREAS,
            ),
            (
                "衔接部门数据。5月14日前交换困难家庭比对数据。5月21日前反馈比对发现的疑点。"
                "5月28日前制定本系统年中增收措施。",
                CARE,
            ),
            ("检查结对成效。5月18日前回访结对户。5月25日前完成结对帮扶中期自评。", REST),
            (
                "做实专项服务。5月14日前回访首批培训学员。5月21日前公布夏季用工信息。"
                "5月28日前完成贷款贴息资料审核。",
                HELP,
            ),
            ("组织爱心认领。5月20日前征集困难家庭微心愿。5月26日前公布第一批微心愿认领结果。", GIVE),
        ),
    ),
)

E_, S_, L_, B_ = Temper.EXCELLENT, Temper.STEADY, Temper.LATE, Temper.LAGGARD
# Units that were not from the first month as they are in the play, or not to the last.
WERE = {
    "定海区": (L_, L_, S_, S_),
    "嵊泗县": (E_, S_, S_, L_),
    "新城管委会": (B_, L_, S_, S_),
    "普陀山-朱家尖管委会": (S_, L_, L_, B_),
    "市农业农村局": (L_, S_, E_, E_),
    "市财政局": (S_, S_, L_, L_),
    "市商务局": (S_, L_, L_, B_),
    "市卫健委": (B_, L_, L_, S_),
    "市水利局": (E_, S_, L_, L_),
    "市残联": (L_, L_, S_, S_),
    "人行舟山市中心支行": (E_, S_, L_, S_),
    "省农信联社舟山办事处": (S_, L_, B_, B_),
    "团市委": (L_, S_, E_, E_),
    "市科技局": (L_, S_, S_, L_),
}
