"""Common problems (共性问题): like problems of several units, proposed by likeness, confirmed by a person."""
