"""Verbs and other words that tell a deadline from a date, as alternatives for a pattern."""


def _any(words: str) -> str:
    return "|".join(words.split())


# A bare day before these is a deadline: 9月30日完成.
FINISH = _any(
    """
    完成 办结 建成 完工 竣工 封顶 投产 投用 投入 启用 启动 开工 动工 交付 验收 通车 通航 通水 上线 开通
    开园 开馆 开放 试运行 报送 上报 报备 报审 报批 提交 整改到位 落实到位 全部到位 达到 达
    """
)
# So is a bare month or more before these.
ACT = f"{FINISH}|" + _any(
    """
    召开 举办 举行 组织 开展 印发 出台 制定 制订 编制 形成 实现 运行 发布 公布 落地 推出 新建 新增 新开
    改造 更新 培训 发放 选派 引进 建立 建设 设立 落实 整治 清理 拆除 关停 淘汰 检查 排查 评估
    总结(?=验收|提升|评估|推广|经验) 推进 实施 争取 安排 化解 压减 盘活 消除 解决 整改 销号 整合 修订
    修编 划定 初步 取得 明确 分解 下达 下发 申报 报 创建 打造 集中 主体 首批 不少于 不低于 至少
    示范 持续 长期 常态 抓好 做好 坚持 进行 征求 提出 梳理 摸排 摸清 签订 招标 招引 招录 招聘 选址 进场 进驻
    施工 供地 接收 转入 确定 覆盖 提升 扩大 控制 减轻 减负 减税 帮扶 资助 救助
    投放 筹集 兑现 回收 处置 吸纳 支持
    """
)
# After a month or a quarter these tell statistics, after a year a target: 全年增长6%.
GROW = _any("累计 提高 降低 下降 增长 增加")
# What may stand between the date and its verb.
HOW = _any(
    """
    再 要 应 须 将 可 拟 力争 争取 计划 确保 务必 必须 各 共 共计 分别 全部 全面 基本 统一 正式 如期
    按期 顺利 陆续 分批 先 再次 预计
    """
)
# What is there already: 2000年底前建成的老旧小区.
EXISTS = _any(
    """
    建成 建设 形成 登记 注册 出生 成立 取得 批准 获批 投入使用 投入运行 投用 竣工 开工 完工 参加工作
    入职 退役 退休 购买 办理 立项 交付 发生 存在 遗留 违法 备案 入库 签订 开办 设立 核发 入住 缴纳 结转
    实施 施行 印发 制定 出台 购置 毕业
    """
)
# What is done so often: 月调度, 周会商.
OFTEN = _any(
    """
    调度 通报 报告 报送 上报 报 例会 会商 推进 推动 考评 考核 评价 评比 分析 研判 小结 总结 督查 督导
    检查 巡查 排查 排名 评估 点评 晾晒 清零 销号 汇总 更新 会议 会 检测 监测 盘点 抽查 暗访 主题 讲评
    统计 公示 清 结 督 比 评
    """
)
# What goes on without end: 长期坚持, 持续推进.
KEEP = _any(
    """
    坚持 推进 实施 整改 开展 抓好 抓 巩固 保持 落实 执行 推动 加强 深化 进行 提升 改进 跟踪 监管 管控
    有效 运行 任务 工作 化 长效 做好 不懈
    """
)
