"""What waits for whom in the three lists: the boxes of the desk, each as a page too."""
