"""What click says of itself, in Chinese: help, usage lines, refusals. It asks for its words through ``_``.

A test names every word of click's that is missing here.
"""

import click
from flask.cli import FlaskGroup

WORDS = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示这份说明。",
    "required": "必填",
    "default: {default}": "默认：{default}",
    "env var: {var}": "环境变量：{var}",
    "(dynamic)": "（自动）",
    "deprecated": "不再使用",
    "Missing command.": "没有写命令。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少参数",
    "Missing parameter": "缺少参数",
    "Missing parameter: {param_name}": "缺少参数：{param_name}",
    "Missing {param_type}": "缺少{param_type}",
    "No such option {name!r}.": "没有选项 {name}。",
    "No such command {name!r}.": "没有命令 {name}。",
    "(Did you mean one of: {possibilities}?)": "是不是其中之一：{possibilities}？",
    "Got unexpected extra arguments ({args})": "多出了参数：{args}。",
    "Option {name!r} does not take a value.": "选项 {name} 后面不写值。",
    "Option {name!r} requires {nargs} arguments.": "选项 {name} 后面要写值。",
    "Argument {name!r} takes {nargs} values.": "参数 {name} 要写{nargs}个值。",
    "Takes {nargs} values but {len} were given.": "要写{nargs}个值，写了{len}个。",
    "Value must be an iterable.": "要写多个值。",
    "Invalid value: {message}": "值不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不对：{message}",
    "Choose from:\n\t{choices}": "可以写：{choices}",
    "{value!r} is not one of {choices}.": "“{value}”不在可选的 {choices} 之中。",
    "{value} is not in the range {range}.": "{value} 不在允许的范围 {range} 之内。",
    "{value!r} is not a valid {number_type}.": "“{value}”不是整数。",
    "{value!r} is not a valid boolean. Recognized values: {states}": "“{value}”不是 {states} 之一。",
    "{len_type} values are required, but {len_value} were given.": "要写{len_type}个值，写了{len_value}个。",
    "Could not open file {filename!r}: {message}": "打不开文件“{filename}”：{message}",
    "unknown error": "原因不明",
    "file": "文件",
    "directory": "文件夹",
    "path": "路径",
    "{name} {filename!r} does not exist.": "找不到{name}“{filename}”。",
    "{name} {filename!r} is a file.": "“{filename}”是文件，这里要写文件夹。",
    "{name} {filename!r} is a directory.": "“{filename}”是文件夹，这里要写文件。",
    "{name} {filename!r} is not readable.": "{name}“{filename}”不能读。",
    "{name} {filename!r} is not writable.": "{name}“{filename}”不能写。",
    "{name} {filename!r} is not executable.": "{name}“{filename}”不能执行。",
    "Aborted!": "已中断。",
    "Error: {message}": "出错：{message}",
    "Try '{command} {option}' for help.": "运行 {command} {option} 查看用法。",
}
# What stands for a value in usage lines: of an argument its name, of an option its kind.
PLACES = {
    "FILE": "文件",
    "PATH": "文件",
    "TEXT": "文字",
    "MOMENT": "时刻",
    "YEAR": "年份",
    "MONTH": "月份",
    "UNIT": "单位",
    "USERNAME": "用户名",
    "REVISION": "[版本]",
}
SPEAKING = (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types)
DB = "数据库结构。"
UPGRADE = "升级数据库结构到本程序的版本；已经是最新的，什么也不变。"


class ChineseGroup(FlaskGroup):
    """The root; Flask-Migrate's group ``db`` comes when it is asked for, and is told in Chinese then."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if cmd_name == "db" and isinstance(found, click.Group):
            from tracker.upkeep import schema

            schema.head()  # refuses a program mixed of two
            found.help = DB
            for command in found.commands.values():
                command.hidden = command.name != "upgrade"
            found.commands["upgrade"].help = UPGRADE
            for param in (*found.params, *found.commands["upgrade"].params):
                _hide(param)
            _fill_in(found)
        return found


def speak_chinese(group: FlaskGroup) -> None:
    """Give click its words, every command its usage line, and keep what is for developers out of sight."""
    for module in (
        click.core,
        click.decorators,
        click.exceptions,
        click.formatting,
        click.parser,
        click.types,
    ):
        vars(module).update({"_": _word, "ngettext": _words})
    for param in group.params:  # Flask's own: --app, --debug, --env-file
        _hide(param)
    for name in ("run", "shell", "routes"):
        group.commands[name].hidden = True
    _fill_in(group)


def _word(text: str) -> str:
    return WORDS.get(text, text)


def _words(_: str, text: str, __: int) -> str:
    return _word(text)


def _hide(param: click.Parameter) -> None:
    if isinstance(param, click.Option):
        param.hidden = True


def _fill_in(command: click.Command) -> None:
    command.options_metavar = "[选项]"
    for param in command.params:
        if param.metavar is None:
            kind = param.name if isinstance(param, click.Argument) else param.type.name
            param.metavar = PLACES.get((kind or "").upper())
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]…"
        for one in command.commands.values():
            _fill_in(one)
