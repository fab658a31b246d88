-- What a server says of itself to the others, as JSON: the room on its disk, and the backups that it makes.
ALTER TABLE servers ADD COLUMN state TEXT COLLATE "C";
