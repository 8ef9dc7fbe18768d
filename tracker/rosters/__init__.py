"""The objects of a task, one by one (户, 村, 项目): a roster under a task, struck off entry by entry."""
