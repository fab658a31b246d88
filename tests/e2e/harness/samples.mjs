// Files to choose: the samples of tests/data, and files made for one walk.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";

/** The path of a sample. */
export function sample(name) {
  return fileURLToPath(new URL(`../../data/${name}`, import.meta.url));
}

/** The path of a spreadsheet. */
export function spreadsheet(name) {
  return fileURLToPath(new URL(`../../../crates/sheets/tests/data/${name}`, import.meta.url));
}

/** The path of a new file with this content. */
export function fileOf(name, content) {
  const path = join(mkdtempSync(join(tmpdir(), "msi-e2e-file-")), name);
  writeFileSync(path, content);
  return path;
}

/** A file with a number of people, all of whom can be invited. */
export function people(count, name = "people.csv") {
  const rows = Array.from({ length: count }, (_, index) => `person${index}@example.com,Person,Number ${index}`);
  return fileOf(name, `Email,First name,Last name\n${rows.join("\n")}\n`);
}

/** An OpenDocument spreadsheet with these tables. */
export function openDocument(tables) {
  const names = ["office", "table", "text"]
    .map((name) => ` xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`)
    .join("");
  return archive({
    mimetype: "application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": "<manifest:manifest/>",
    "content.xml": `<office:document-content${names}><office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`,
  });
}

/** A workbook of one sheet with these rows, and a picture of so many bytes. */
export function workbook(rows, picture) {
  const cell = (text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const relations = (kind, target) =>
    `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${kind}" Target="${target}"/></Relationships>`;
  return archive({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": relations("officeDocument", "xl/workbook.xml"),
    "xl/workbook.xml": '<workbook><sheets><sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": relations("worksheet", "worksheets/sheet1.xml"),
    "xl/worksheets/sheet1.xml": `<worksheet><sheetData>${rows
      .map((cells) => `<row>${cells.map(cell).join("")}</row>`)
      .join("")}</sheetData></worksheet>`,
    "xl/media/image1.png": "P".repeat(picture),
  });
}

/** A ZIP archive of these texts, which are not packed. */
function archive(texts) {
  const [parts, directory] = [[], []];
  let offset = 0;
  for (const [name, text] of Object.entries(texts)) {
    const content = Buffer.from(text);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const entry = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), content]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00"), fields, place, Buffer.from(name));
    parts.push(entry);
    offset += entry.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, listed, Buffer.from("PK\x05\x06"), end]);
}
