"""A zip file of an office program, opened with mistrust: nothing is unpacked before it was measured."""

import re
import zipfile
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Any

from lxml import etree

from tracker.documents.readers.kinds import DAMAGED, ENCRYPTED, TOO_COMPLEX, Unreadable

MAX_MEMBERS = 5_000
MAX_TOTAL = 300 * 1024 * 1024
MAX_PART = 60 * 1024 * 1024
MAX_RATIO = 200  # XML of real documents shrinks to a tenth, empty tables to a hundredth
RATIO_COUNTS_FROM = 1024 * 1024  # a small part may shrink as it likes

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # the namespace of "strict" documents
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_UNSAFE_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|[\x00-\x1f]")


class Archive:
    """The parts of a .docx or .xlsx file. Raises Unreadable when the container is damaged or hostile."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
            raise Unreadable(DAMAGED) from error
        self._members = {member.filename: member for member in self._zip.infolist()}
        self._refuse_hostile(self._zip.infolist())

    @property
    def names(self) -> set[str]:
        return set(self._members)

    def part(self, name: str) -> bytes:
        """The bytes of one part; empty when there is no such part."""
        if not (member := self._members.get(name)):
            return b""
        if member.file_size > MAX_PART:
            raise Unreadable(TOO_COMPLEX)
        with self._zip.open(member) as stream:
            data = stream.read(MAX_PART + 1)
        if len(data) > MAX_PART:
            raise Unreadable(TOO_COMPLEX)
        return data

    def xml(self, name: str) -> etree._Element | None:
        """One part as XML without entities, None when there is no such part."""
        if not (data := self.part(name)):
            return None
        parser = etree.XMLParser(
            resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
        )
        root = etree.fromstring(data.replace(_STRICT, _USUAL), parser)
        about: Any = root.getroottree().docinfo
        if about.doctype:
            raise Unreadable("文件含有不允许的 XML 实体定义，可能被人改动过，请用办公软件另存一份后重新上传")
        return root

    def related(self, name: str, kind: str) -> str | None:
        """The part that ``name`` ("" for the whole file) refers to as its ``kind`` (numbering, styles)."""
        folder, _, file = name.rpartition("/")
        relations = self.xml(join(folder, "_rels", f"{file}.rels"))
        for relation in relations if relations is not None else ():
            if relation.get("Type", "").endswith(f"/{kind}"):
                target = relation.get("Target", "")
                return normpath(target.lstrip("/") if target.startswith("/") else join(dirname(name), target))
        return None

    @staticmethod
    def _refuse_hostile(members: list[zipfile.ZipInfo]) -> None:
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_TOTAL:
            raise Unreadable(TOO_COMPLEX)
        for member in members:
            if _UNSAFE_NAME.search(member.filename):
                raise Unreadable("文件内部的路径不安全，可能被人改动过，请用办公软件另存一份后重新上传")
            if member.flag_bits & 0x1:
                raise Unreadable(ENCRYPTED)
            limit = max(RATIO_COUNTS_FROM, MAX_RATIO * member.compress_size)
            if member.filename.endswith((".xml", ".rels")) and member.file_size > limit:
                raise Unreadable(TOO_COMPLEX)
