"""我的承办项填报表: a unit's open duties as a workbook, filled in offline and taken back row by row."""
