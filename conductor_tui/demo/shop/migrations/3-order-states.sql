ALTER TABLE orders ADD COLUMN state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'shipped'));
