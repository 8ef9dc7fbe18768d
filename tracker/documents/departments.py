"""What departments of government are called without level and rank: enough to tell a slip from a name."""

import re

_STEMS = """
发展改革 发展和改革 发改 教育 教育体育 教体 科技 科学技术 工业和信息化 工信 经信
经济和信息化 民族宗教 民宗 公安 民政 司法 财政 人力资源和社会保障 人力资源社会保障
人社 自然资源 自然资源和规划 规划和自然资源 国土资源 生态环境 环保 环境保护
住房和城乡建设 住房城乡建设 住建 城乡建设 建设 交通运输 交通 水利 水务 农业农村
农业 林业 林业和草原 海洋 海洋与渔业 海洋和渔业 渔业 商务 文化和旅游 文化旅游 文旅
文化广电旅游 文化广电旅游体育 文广旅体 卫生健康 卫健 卫生 退役军人事务 退役军人
应急管理 应急 审计 外事 外办 国有资产监督管理 国资 市场监督管理 市场监管 广播电视
广电 体育 统计 医疗保障 医保 信访 粮食和物资储备 粮食和储备 机关事务管理 机关事务
政务服务 政务服务数据管理 政务和数据 大数据 大数据管理 数据 数据资源 地方金融监管
地方金融监督管理 金融 城市管理 城管 综合行政执法 综合执法 行政审批 行政审批服务 税务
气象 药品监督管理 药监 知识产权 能源 乡村振兴 扶贫 招商 投资促进 港航口岸 港航
园林绿化 水文 地震 档案 人防 人民防空 公共资源交易 住房保障 供销 通信管理 邮政管理
消防救援 公路 海事
"""
STEMS = frozenset(_STEMS.split())
RANKS = ("委员会", "办公室", "办公厅", "总局", "分局", "局", "厅", "委", "办", "部")
PATTERN = f"(?:{'|'.join(sorted(STEMS, key=len, reverse=True))})(?:{'|'.join(RANKS)})"
_DEPARTMENT = re.compile(PATTERN)
_LEVEL = re.compile(
    r"(?:(?:各[^局厅委办部]{0,8}?|全)?(?:省|市|州|盟|县|区|旗|镇|国家)(?:级|直|（[^（）]{1,6}）)?)"
)
_STRAY = re.compile(r"[‘’“”'`~·.,，]")


def correction(name: str) -> str | None:
    """The right spelling of a department's name with one damaged character or a stray mark, else None."""
    level = _LEVEL.match(name)
    rank = next((r for r in RANKS if name.endswith(r)), None)
    if not level or not rank or level.end() + len(rank) >= len(name):
        return None
    stem = name[level.end() : -len(rank)]
    if stem in STEMS:
        return None
    clean = _STRAY.sub("", stem)
    if clean not in STEMS:
        like = [s for s in STEMS if len(s) == len(clean) >= 4 and _one_apart(s, clean)]
        if len(like) != 1:
            return None
        clean = like[0]
    return level[0] + clean + rank


def is_elided(name: str) -> bool:
    """Whether the name is a department's without a level before it (工业和信息化厅)."""
    return bool(_DEPARTMENT.fullmatch(name))


def _one_apart(a: str, b: str) -> bool:
    return sum(x != y for x, y in zip(a, b, strict=True)) == 1
