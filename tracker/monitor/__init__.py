"""The monitor (运行监控): how the clockwork fares, for the administrator and for machines that ask."""
