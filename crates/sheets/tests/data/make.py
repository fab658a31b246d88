"""Makes the spreadsheets of this folder by programs that people have:

    pip install openpyxl odfpy xlwt xlsxwriter msoffcrypto-tool; python make.py; soffice for those named libreoffice-*
"""
import datetime
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import msoffcrypto
import openpyxl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

HERE = Path(__file__).parent
DAY = datetime.date(2024, 2, 29)
MOMENT = datetime.datetime(2024, 2, 29, 10, 30)


def excel_like():
    """Two sheets and a hidden one; the people begin below a title and an empty row."""
    book = xlsxwriter.Workbook(HERE / "people.xlsx", {"default_date_format": "yyyy-mm-dd"})
    notes = book.add_worksheet("Notes")
    notes.write("A1", "Who is to be invited, see the other sheet")
    people = book.add_worksheet("People")
    people.merge_range("A1:E1", "Sales, spring")
    people.write_row("A3", ["First name", "Last name", "Email", "Teams", "Employee no", "Joined", "Active"])
    rows = [("Ann", "Smith", "ann@example.com", "Sales; EMEA"), ("Bo", "Ng", "bo@example.com", 'The "A" team'), ("Cy", "Díaz", "cy@example.com", "")]
    for at, (first, last, address, teams) in enumerate(rows):
        row = 3 + at + (at == 2)  # an empty row before the last
        people.write_string(row, 0, first)
        people.write_string(row, 1, last)
        people.write_string(row, 2, address)
        people.write_string(row, 3, teams)
        people.write_number(row, 4, 1001 + at)
        people.write_datetime(row, 5, MOMENT if at == 1 else DAY, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        people.write_boolean(row, 6, at != 1)
    hidden = book.add_worksheet("Old")
    hidden.write_column("A1", ["Email", "old1@example.com", "old2@example.com", "old3@example.com", "old4@example.com"])
    hidden.hide()
    book.add_worksheet("Empty")
    book.close()


def links_and_formulas():
    book = xlsxwriter.Workbook(HERE / "links.xlsx")
    sheet = book.add_worksheet("Links")
    sheet.write_row("A1", ["Contact", "Number", "Sum", "Mistake"])
    sheet.write_url("A2", "mailto:ann@example.com", string="Ann Smith")
    sheet.write_url("A3", "mailto:bo@example.com?subject=Hello", string="bo@example.com")
    sheet.write_url("A4", "https://example.com", string="A page")
    sheet.write_number("B2", 0.5)
    sheet.write_formula("C2", "=1+1", None, 2)
    sheet.write_formula("D2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("C3", '="x"&"y"', None, "xy")
    sheet.write_rich_string("B3", "rich ", book.add_format({"bold": True}), "text")
    sheet.write_string("B4", "two\nlines")
    book.close()


def by_openpyxl():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "시트1"
    sheet.append(["이름", "이메일"])
    sheet.append(["김민준", "minjun@example.com"])
    book.save(HERE / "openpyxl.xlsm")


def old_excel():
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Personen")
    for column, text in enumerate(["Vorname", "E-Mail", "Nummer", "Datum", "Aktiv"]):
        sheet.write(0, column, text)
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for column, value in enumerate(["Jürgen", "juergen@example.com", 7, DAY, True]):
        sheet.write(2, column, value, style) if value is DAY else sheet.write(2, column, value)
    book.add_sheet("Leer")
    book.save(str(HERE / "old.xls"))


def open_document():
    document = OpenDocumentSpreadsheet()
    table = Table(name="Personas")
    for cells in [["Nombre", "Correo"], None, ["José", "jose@example.com"]]:
        row = TableRow()
        for text in cells or [""]:
            cell = TableCell(valuetype="string") if text else TableCell()
            if text:
                cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(HERE / "odfpy.ods")


def protected():
    plain = (HERE / "openpyxl.xlsm").read_bytes()
    out = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(plain)).encrypt("secret", out)
    (HERE / "protected.xlsx").write_bytes(out.getvalue())


def by_libreoffice():
    for name, kind in [("people.xlsx", "ods"), ("people.xlsx", "xls"), ("links.xlsx", "xlsx"), ("links.xlsx", "ods"), ("links.xlsx", "xls")]:
        folder = HERE / "made"
        subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", folder, HERE / name], check=True, stdout=sys.stderr)
        made = folder / f"{Path(name).stem}.{kind}"
        made.rename(HERE / f"libreoffice-{Path(name).stem}.{kind}")
        folder.rmdir()


def damaged():
    whole = (HERE / "people.xlsx").read_bytes()
    (HERE / "cut-off.xlsx").write_bytes(whole[: len(whole) * 2 // 3])


def binary():
    """No program here writes one: a workbook with the names of a binary one."""
    with zipfile.ZipFile(HERE / "people.xlsx") as source, zipfile.ZipFile(HERE / "binary.xlsb", "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name.replace(".xml", ".bin") if name.startswith("xl/") else name), source.read(name))


def bombs():
    head = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    with zipfile.ZipFile(HERE / "openpyxl.xlsm") as source, zipfile.ZipFile(HERE / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(head.encode())
            for _ in range(100):
                sheet.write(b" " * (1 << 20))
    names = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'.format
    rows = [("Email", "Note"), ("ann@example.com", 'a<text:s text:c="2000000000"/>b')]
    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = f'<office:document-content{names}><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": "<manifest:manifest/>", "content.xml": content}
    with zipfile.ZipFile(HERE / "spaces.ods", "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)


excel_like()
links_and_formulas()
by_openpyxl()
old_excel()
open_document()
protected()
by_libreoffice()
damaged()
binary()
bombs()
