-- Korean, Japanese and Chinese names are written with the family name first and without a space: people are sorted as they
-- are written, and found by it. The ranges are those of `is_east_asian` in crates/names.
WITH east_asian (other) AS (SELECT '*[^ ' || char(12288)
        || char(4352) || '-' || char(4607) || char(12293) || '-' || char(12295) || char(12353) || '-' || char(12543)
        || char(12593) || '-' || char(12686) || char(12784) || '-' || char(12799) || char(13312) || '-' || char(19903)
        || char(19968) || '-' || char(40959) || char(43360) || '-' || char(43388) || char(44032) || '-' || char(55291)
        || char(63744) || '-' || char(64255) || char(65382) || '-' || char(65439) || char(131072) || '-' || char(262143) || ']*')
UPDATE users
   SET sort_name = trim(last_name, ' ' || char(12288)) || trim(first_name, ' ' || char(12288)),
       search_text = trim(last_name, ' ' || char(12288)) || trim(first_name, ' ' || char(12288)) || ' ' || search_text
 WHERE trim(first_name, ' ' || char(12288)) <> '' AND trim(last_name, ' ' || char(12288)) <> ''
   AND first_name NOT GLOB (SELECT other FROM east_asian)
   AND last_name NOT GLOB (SELECT other FROM east_asian);
