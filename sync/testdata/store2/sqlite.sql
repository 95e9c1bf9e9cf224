-- An embedded store as version 1 of its tables had it, which PostgreSQL counts as 2, written by SQLite's .dump.
BEGIN TRANSACTION;
CREATE TABLE blackbird_migrations (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "blackbird_migrations" VALUES(1,0,1,'2026-11-27 14:58:48');
INSERT INTO "blackbird_migrations" VALUES(2,1,1,'2026-11-27 14:58:48');
CREATE TABLE customers (
    store_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    phone TEXT,
    phone_e164 TEXT,
    location_id INTEGER,
    active INTEGER NOT NULL,
    first_pass_id INTEGER NOT NULL,
    pass_id INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (store_id, customer_id)
) STRICT;
INSERT INTO "customers" VALUES('default','1','Ann','Otter',NULL,'303-555-0101','+13035550101',1,1,1,1,'2026-11-27T14:58:48.899934Z');
INSERT INTO "customers" VALUES('default','2','Bob','Heron',NULL,'303-555-0102','+13035550102',2,1,1,1,'2026-11-27T14:58:48.899934Z');
CREATE TABLE orders (
    store_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    order_serial INTEGER NOT NULL,
    customer_id TEXT,
    customer_first_name TEXT,
    customer_last_name TEXT,
    customer_email TEXT,
    customer_phone TEXT,
    location_id INTEGER,
    status TEXT NOT NULL,
    subtotal TEXT NOT NULL,
    tax TEXT NOT NULL,
    total TEXT NOT NULL,
    own_refund TEXT NOT NULL,
    refund_of TEXT,
    refunded_total TEXT NOT NULL,
    ordered_at TEXT NOT NULL,
    pass_id INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (store_id, order_id)
) STRICT;
INSERT INTO "orders" VALUES('default','A',1,'1','Ann','Otter',NULL,'303-555-0101',1,'partially_refunded','10.00','1.00','11.00','0.00',NULL,'4.00','2023-11-14T22:13:20.000000Z',4,'2026-11-27T14:58:49.355889Z');
INSERT INTO "orders" VALUES('default','B',2,'2','Bob','Heron',NULL,'303-555-0102',2,'refunded','20.00','2.00','22.00','0.00',NULL,'22.00','2023-11-14T22:15:00.000000Z',2,'2026-11-27T14:58:49.009171Z');
INSERT INTO "orders" VALUES('default','R',3,'1','Ann','Otter',NULL,'303-555-0101',1,'refund','0.00','0.00','-4.00','0.00','A','0.00','2023-11-14T22:16:40.000000Z',4,'2026-11-27T14:58:49.355889Z');
INSERT INTO "orders" VALUES('default','V',4,'1','Ann','Otter',NULL,'303-555-0101',1,'voided','30.00','3.00','33.00','0.00',NULL,'0.00','2023-11-14T22:18:20.000000Z',4,'2026-11-27T14:58:49.355889Z');
INSERT INTO "orders" VALUES('default','W',5,NULL,NULL,NULL,NULL,NULL,2,'completed','5.00','0.00','5.00','0.00',NULL,'0.00','2023-11-14T22:20:00.000000Z',2,'2026-11-27T14:58:49.009171Z');
INSERT INTO "orders" VALUES('default','S',8,'2','Bob','Heron',NULL,'303-555-0102',1,'refund','0.00','0.00','-22.00','0.00','B','0.00','2023-11-14T22:25:00.000000Z',2,'2026-11-27T14:58:49.009171Z');
CREATE TABLE passes (
    store_id TEXT NOT NULL,
    pass_id INTEGER NOT NULL,
    stream TEXT NOT NULL,
    mode TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    read INTEGER NOT NULL DEFAULT 0,
    inserted INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    message TEXT,
    PRIMARY KEY (store_id, pass_id)
) STRICT;
INSERT INTO "passes" VALUES('default',1,'customers','first','done','2026-11-27T14:58:48.890139Z','2026-11-27T14:58:48.915309Z',2,2,0,0,0,0,NULL);
INSERT INTO "passes" VALUES('default',2,'orders','first','done','2026-11-27T14:58:48.992851Z','2026-11-27T14:58:49.059077Z',8,6,0,0,0,2,NULL);
INSERT INTO "passes" VALUES('default',3,'points','first','done','2026-11-27T14:58:49.156107Z','2026-11-27T14:58:49.272207Z',5,2,0,3,0,0,NULL);
INSERT INTO "passes" VALUES('default',4,'orders','incremental','done','2026-11-27T14:58:49.344048Z','2026-11-27T14:58:49.371326Z',4,0,3,0,0,2,NULL);
INSERT INTO "passes" VALUES('default',5,'points','incremental','done','2026-11-27T14:58:49.402451Z','2026-11-27T14:58:49.423935Z',3,2,0,1,0,0,NULL);
INSERT INTO "passes" VALUES('default',6,'points','adjust','done','2026-11-27T14:58:49.454618Z','2026-11-27T14:58:49.463981Z',1,1,0,0,0,0,NULL);
CREATE TABLE points_balances (
    store_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    balance INTEGER NOT NULL,
    lifetime INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (store_id, customer_id)
) STRICT;
INSERT INTO "points_balances" VALUES('default','1',12,7,'2026-11-27T14:58:49.463244Z');
CREATE TABLE points_ledger (
    store_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    points INTEGER NOT NULL,
    basis_amount TEXT NOT NULL,
    rate TEXT NOT NULL,
    multiplier TEXT NOT NULL,
    rule TEXT NOT NULL,
    pass_id INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (store_id, customer_id, order_id, revision),
    UNIQUE (store_id, order_id, revision)
) STRICT;
INSERT INTO "points_ledger" VALUES('default','1','A',1,'award',11,'11.00','1.0000','1.0000','total',3,'2026-11-27T14:58:49.203264Z');
INSERT INTO "points_ledger" VALUES('default','1','V',1,'award',33,'33.00','1.0000','1.0000','total',3,'2026-11-27T14:58:49.203264Z');
INSERT INTO "points_ledger" VALUES('default','1','A',2,'refund',-4,'7.00','1.0000','1.0000','total',5,'2026-11-27T14:58:49.412752Z');
INSERT INTO "points_ledger" VALUES('default','1','V',2,'void',-33,'0.00','1.0000','1.0000','total',5,'2026-11-27T14:58:49.412752Z');
INSERT INTO "points_ledger" VALUES('default','1','adjustment:6',1,'adjustment',5,'0.00','0.0000','1.0000','adjustment reason=goodwill',6,'2026-11-27T14:58:49.463244Z');
CREATE TABLE products (
    store_id TEXT NOT NULL,
    product_id INTEGER NOT NULL,
    name TEXT,
    member_level INTEGER NOT NULL,
    price TEXT,
    unit_quantity TEXT,
    unit TEXT NOT NULL,
    quantity TEXT NOT NULL,
    price_breaks TEXT NOT NULL,
    on_menu INTEGER NOT NULL,
    pass_id INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (store_id, product_id)
) STRICT;
CREATE TABLE rejects (
    store_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    row_key TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    PRIMARY KEY (store_id, stream, row_key)
) STRICT;
INSERT INTO "rejects" VALUES('default','orders','X','bad_total','totalprice is NULL','2026-11-27T14:58:49.009171Z','2026-11-27T14:58:49.009171Z');
INSERT INTO "rejects" VALUES('default','orders','#7','no_id','id is blank','2026-11-27T14:58:49.009171Z','2026-11-27T14:58:49.009171Z');
CREATE INDEX customers_first_pass ON customers (store_id, first_pass_id);
CREATE INDEX orders_refund_of ON orders (store_id, refund_of) WHERE refund_of IS NOT NULL;
CREATE INDEX passes_stream ON passes (store_id, stream, pass_id);
CREATE INDEX orders_customer ON orders (store_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_pass ON orders (store_id, pass_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('blackbird_migrations',2);
COMMIT;
