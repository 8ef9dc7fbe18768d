"""The tests of Tracker; the folders mirror ``tracker/``."""
