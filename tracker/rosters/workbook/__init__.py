"""对象台账填报表: one unit's objects as a workbook, filled in offline and taken back row by row."""
