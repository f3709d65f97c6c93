ALTER TABLE orders ADD COLUMN shipped_at TEXT;
CREATE INDEX orders_waiting ON orders (id) WHERE state = 'new';
