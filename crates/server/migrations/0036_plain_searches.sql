-- The audit log and the people of the sales account are searched without accents, like the names of users: as
-- `platform::text::unaccented` writes them. The letters of Latin, one below the other.
CREATE TEMP TABLE letters (accented TEXT NOT NULL PRIMARY KEY, plain TEXT NOT NULL) WITHOUT ROWID;
WITH RECURSIVE
    rows (accented, plain) AS (SELECT
        'àáâãäåçèéêëìíîïñòóôõöùúûüýÿāăąćĉċčďēĕėęěĝğġģĥĩīĭįĵķĺļľńņňōŏőŕŗřśŝşšţťũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜ' ||
        'ǟǡǧǩǫǭǯǰǵǹǻǿȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯ' ||
        'ṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙẛạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹøłđı',
        'aaaaaaceeeeiiiinooooouuuuyyaaaccccdeeeeegggghiiiijklllnnnooorrrssssttuuuuuuwyzzzouaiouuuuu' ||
        'aagkooʒjgnaoaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttt' ||
        'tuuuuuvvwwwwwxxyzzzhtwyſaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyyoldi'),
    places (place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM places, rows WHERE place < length(accented))
INSERT INTO letters SELECT substr(accented, place, 1), substr(plain, place, 1) FROM places, rows
UNION ALL VALUES ('ß', 'ss'), ('æ', 'ae'), ('ǣ', 'ae'), ('ǽ', 'ae'), ('œ', 'oe');
CREATE TEMP TABLE texts (text TEXT NOT NULL PRIMARY KEY, plain TEXT NOT NULL) WITHOUT ROWID;
WITH RECURSIVE
    old (text) AS (SELECT search_text FROM audit_events UNION SELECT search_text FROM synced_people),
    -- Texts with one of these letters, or with an accent of its own, letter by letter.
    steps (text, at, plain) AS (
        SELECT text, 1, '' FROM old
         WHERE text GLOB (SELECT '*[' || group_concat(accented, '') || char(768) || '-' || char(879) || ']*' FROM letters)
        UNION ALL
        SELECT text, at + 1, steps.plain || CASE
            WHEN unicode(substr(text, at, 1)) BETWEEN 768 AND 879 AND substr(steps.plain, -1) GLOB '[a-z]' THEN ''
            ELSE COALESCE((SELECT l.plain FROM letters l WHERE l.accented = substr(text, at, 1)), substr(text, at, 1)) END
          FROM steps WHERE at <= length(text))
INSERT INTO texts SELECT text, plain FROM steps WHERE at > length(text);
-- This index has no text of its own, so that it is told which terms a row had. The other one is kept by its triggers.
INSERT INTO audit_search (audit_search, rowid, search_text)
SELECT 'delete', place, search_text || '  ' FROM audit_events WHERE search_text IN (SELECT text FROM texts);
INSERT INTO audit_search (rowid, search_text)
SELECT e.place, t.plain || '  ' FROM audit_events e JOIN texts t ON t.text = e.search_text;
UPDATE audit_events SET search_text = (SELECT plain FROM texts WHERE text = search_text)
 WHERE search_text IN (SELECT text FROM texts);
UPDATE synced_people SET search_text = (SELECT plain FROM texts WHERE text = search_text)
 WHERE search_text IN (SELECT text FROM texts);
DROP TABLE texts;
DROP TABLE letters;
