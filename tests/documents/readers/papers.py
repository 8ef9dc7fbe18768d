"""One paper of our own, built as a file of every kind."""

from collections.abc import Callable
from html import escape
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import weasyprint
import xlsxwriter
from PIL import Image

PAPER = (
    "云港市乡村建设工作领导小组文件",
    "云乡建〔2024〕6号",
    "关于印发《云港市2024年乡村建设工作要点》的通知",
    "各县（区）人民政府，各功能区管委会，市直有关单位：",
    "现将《云港市2024年乡村建设工作要点》印发给你们，请结合实际认真落实。",
    "2024年3月15日",
    "一、完善农村路网。新建改建农村公路120公里以上，其中北屿县70公里、东礁区50公里，农村公路优良中等路率保持在90%以上；"
    "6月底前完成危桥排查，年底前全部处置到位。（责任单位：市交通运输局、市财政局，各县（区）人民政府）",
    "二、改善供水条件。推进城乡供水一体化，新增受益人口 3.5 万人，9月30日前完成水质检测。"
    "（牵头单位：市水利局；配合单位：市卫生健康委）",
    "三、健全管护机制。每季度末报送管护台账，常态化开展“回头看”，问题整改率达到100%。（市农业农村局牵头，各县（区）人民政府按职责分工负责）",
)
TABLE = (
    ("序号", "重点任务", "责任单位", "完成时限"),
    ("1", "完成12条县级河流岸线整治", "市水利局、市自然资源和规划局", "6月底前"),
    ("2", "关闭超标排放作坊34家（北屿县12家、东礁区22家）", "市生态环境局", "10月中旬"),
    ("3", "生活污水治理行政村覆盖率达到95%以上", "市住建局，各县（区）政府", "2024年11月30日前"),
)
LINES = [*PAPER, *("\t".join(row) for row in TABLE)]
TEXT = "\n".join(LINES)

OLD_WORD = Path(__file__).with_name("paper.doc")  # the same paper, saved by LibreOffice as Word 97-2003


def bare(text: str) -> list[str]:
    """The lines of a text without blanks, by which papers of different kinds are compared."""
    lines = ["\t".join("".join(cell.split()) for cell in line.split("\t")) for line in text.split("\n")]
    return [line for line in lines if line]


def as_docx() -> bytes:
    document = docx.Document()
    for line in PAPER:
        document.add_paragraph(line)
    table = document.add_table(len(TABLE), len(TABLE[0]))
    for place, row in enumerate(TABLE):
        for cell, words in zip(table.rows[place].cells, row, strict=True):
            cell.text = words
    document.add_paragraph()  # Word has one after every table
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def as_page(charset: str = "utf-8") -> bytes:
    """A page as the sites of offices have them, with menu, search box and footer round the paper."""
    menu = "".join(f'<li><a href="/{number}">栏目{number}</a></li>' for number in range(8))
    paper = "".join(f"<p>　　{escape(line)}</p>\n" for line in PAPER)
    rows = "".join(
        "<tr>" + "".join(f"<td><p>{escape(cell)}</p></td>" for cell in row) + "</tr>" for row in TABLE
    )
    page = f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>云港市人民政府</title>
    <style>p {{ margin: 0 }}</style><script>var 一 = "二、不是正文";</script></head>
    <body><div class="header"><a href="/">首页</a></div><ul class="nav">{menu}</ul>
    <div class="crumbs">您当前的位置：<a href="/">首页</a> &gt; <a href="/b">文件</a></div>
    <div class="article"><p>浏览次数：<span>12</span>　字号：[<a>大</a> <a>中</a> <a>小</a>]</p>{paper}
    <table>{rows}</table></div>
    <div class="footer">主办：云港市人民政府办公室　网站标识码：3300000001</div></body></html>"""
    return page.encode("gb18030" if charset == "gb2312" else charset)


def as_pdf() -> bytes:
    """As an office prints it: A4, 28 characters a line, running head and page numbers. Takes seconds."""
    body = "".join(f"<p>{escape(line)}</p>" for line in PAPER)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in TABLE)
    style = """
    @page { size: A4; margin: 37mm 26mm 35mm 28mm;
            @top-center { content: "云港市文件汇编" } @bottom-center { content: "— " counter(page) " —" } }
    body { font: 16pt/29pt "Noto Serif CJK SC" } p { margin: 0; text-indent: 2em }
    table { border-collapse: collapse; font-size: 12pt; page-break-before: always }
    td { border: 0.5pt solid; padding: 3pt }"""
    pdf: bytes = weasyprint.HTML(string=f"<style>{style}</style>{body}<table>{rows}</table>").write_pdf()
    return pdf


def as_sheet() -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        for place, row in enumerate([*([line] for line in PAPER), *TABLE]):
            page.write_row(place, 0, row)
    return file.getvalue()


def as_scan() -> bytes:
    """A page that is one picture."""
    file = BytesIO()
    Image.new("L", (600, 800), 200).save(file, "PDF")
    return file.getvalue()


def as_old_word() -> bytes:
    return OLD_WORD.read_bytes()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """An office file with one of its parts changed."""
    file = BytesIO()
    with ZipFile(BytesIO(data)) as before, ZipFile(file, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return file.getvalue()
