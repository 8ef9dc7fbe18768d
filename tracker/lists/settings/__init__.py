"""清单设置: what the three lists are called and which columns they show, in which order, how headed."""
