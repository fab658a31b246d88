-- In which screens say times to the person; NULL for the browser's.
ALTER TABLE users ADD COLUMN time_zone TEXT COLLATE "C";
