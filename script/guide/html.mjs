// A page of the guide as HTML: no script, no inline style, the same frame around each.
import { Marked } from "marked";

import { headingOf } from "./read.mjs";

/** The size of every picture, in pixels. */
const PICTURE = { width: 1280, height: 800 };

/** What may be named in the first cell of a table, for links to its row. */
const NAME = /^`([a-z]+(?:_[a-z]+)+)`$/;

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const marked = new Marked({
  renderer: {
    heading(token) {
      const { text, anchor } = headingOf(token);
      const name = anchor ?? slugOf(text, token.depth);
      const id = name ? ` id="${name}"` : "";
      return `<h${token.depth}${id}>${escaped(text)}</h${token.depth}>\n`;
    },
    link(token) {
      const href = token.href.replace(/^([a-z-]+)\.md/, "$1.html");
      // A file of the repository, which is not beside the guide.
      if (!/^(?:https:\/\/|#|[a-z-]+\.html)/.test(href)) return this.parser.parseInline(token.tokens);
      return `<a href="${escaped(href)}">${this.parser.parseInline(token.tokens)}</a>`;
    },
    image(token) {
      const { width, height } = PICTURE;
      return `<img src="${escaped(token.href)}" alt="${escaped(token.text)}" width="${width}" height="${height}" loading="lazy" />`;
    },
    table(token) {
      const cells = (name, row) =>
        row.map((cell) => `<${name}>${this.parser.parseInline(cell.tokens)}</${name.split(" ")[0]}>`).join("");
      const rows = token.rows.map((row) => `<tr${nameOf(row)}>${cells("td", row)}</tr>`).join("\n");
      return `<table>\n<thead><tr>${cells('th scope="col"', token.header)}</tr></thead>\n<tbody>\n${rows}\n</tbody>\n</table>\n`;
    },
  },
});

/** The anchor of a heading below the first that names none, as on the pages of repositories. */
function slugOf(text, depth) {
  const words = text.toLowerCase().replaceAll(/[^\p{L}\p{N} -]/gu, "");
  return depth > 1 ? words.replaceAll(" ", "-") : undefined;
}

function nameOf(row) {
  const name = row[0].text.match(NAME)?.[1];
  return name ? ` id="${name}"` : "";
}

/**
 * The document of a page. `files` is the address of the folder with style, icon and pictures. A page that is none of the
 * guide's is in its language alone.
 */
export function pageOf(page, edition, guide, files) {
  const { locale, texts } = edition;
  const title = edition.pages.get("index").title;
  const own = page.name === "index" ? title : `${page.title} - ${title}`;
  const pages = [...edition.pages.values()].map((other) => entry(`${other.name}.html`, other.title, other === page));
  const editions = edition.pages.has(page.name) ? [...guide.editions.values()] : [edition];
  const languages = editions.map((other) => {
    const tag = other.locale;
    return entry(`../${tag}/${page.name}.html`, other.nativeName, tag === locale, ` lang="${tag}" hreflang="${tag}"`);
  });
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>${escaped(own)}</title>
<link rel="icon" href="${files}/icon.svg" type="image/svg+xml" />
<link rel="stylesheet" href="${files}/tokens.css" />
<link rel="stylesheet" href="${files}/guide.css" />
</head>
<body>
<a class="skip" href="#main">${escaped(texts["app.skip"])}</a>
<header>
<p><a href="index.html">${escaped(title)}</a></p>
<nav class="languages" aria-label="${escaped(texts["field.language"])}"><ul>${languages.join("")}</ul></nav>
</header>
<nav class="pages" aria-label="${escaped(title)}"><ul>
${pages.join("\n")}
</ul></nav>
<main id="main">
${marked.parser(page.tokens).replaceAll(' src="../images/', ` src="${files}/images/`)}</main>
</body>
</html>
`;
}

function entry(href, text, isHere, attributes = "") {
  return `<li><a href="${href}"${attributes}${isHere ? ' aria-current="page"' : ""}>${escaped(text)}</a></li>`;
}
