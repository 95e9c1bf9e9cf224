-- A store in SQLite as version 3 of its tables had it, written by sqlite3.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE blackbird_migrations (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO blackbird_migrations VALUES(1,0,1,'2026-11-27 18:03:13');
INSERT INTO blackbird_migrations VALUES(2,1,1,'2026-11-27 18:03:13');
INSERT INTO blackbird_migrations VALUES(3,2,1,'2026-11-27 18:03:13');
INSERT INTO blackbird_migrations VALUES(4,3,1,'2026-11-27 18:03:13');
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
INSERT INTO customers VALUES('default','1','Ann','Otter',NULL,'303-555-0101','+13035550101',1,1,1,1,'2026-11-27T18:03:14.528491Z');
INSERT INTO customers VALUES('default','2','Bob','Heron',NULL,'303-555-0102','+13035550102',1,1,1,1,'2026-11-27T18:03:14.528491Z');
INSERT INTO customers VALUES('default','3','Cy','Vole',NULL,'303-555-0103','+13035550103',1,1,1,1,'2026-11-27T18:03:14.528491Z');
INSERT INTO customers VALUES('default','4','Di','Stoat',NULL,'303-555-0104','+13035550104',1,1,1,1,'2026-11-27T18:03:14.528491Z');
INSERT INTO customers VALUES('default','5','Ed','Newt',NULL,'303-555-0105','+13035550105',1,1,1,1,'2026-11-27T18:03:14.528491Z');
INSERT INTO customers VALUES('default','6','Flo','Finch',NULL,'303-555-0106','+13035550106',1,1,1,1,'2026-11-27T18:03:14.528491Z');
INSERT INTO customers VALUES('default','7','Gus','Grebe',NULL,'303-555-0107','+13035550107',1,1,1,1,'2026-11-27T18:03:14.528491Z');
INSERT INTO customers VALUES('default','8','Hal','Ibis',NULL,'303-555-0108','+13035550108',1,1,9,9,'2026-11-27T18:03:16.737872Z');
INSERT INTO customers VALUES('default','77','Ida','Lynx',NULL,'303-555-0177','+13035550177',1,1,15,15,'2026-11-27T18:03:18.681891Z');
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
CREATE TABLE points_balances (
    store_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    balance INTEGER NOT NULL,
    lifetime INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (store_id, customer_id)
) STRICT;
INSERT INTO points_balances VALUES('default','1',57,7,'2026-11-27T18:03:16.236788Z');
INSERT INTO points_balances VALUES('default','2',25,28,'2026-11-27T18:03:16.320598Z');
INSERT INTO points_balances VALUES('default','3',0,0,'2026-11-27T18:03:16.130203Z');
INSERT INTO points_balances VALUES('default','5',0,0,'2026-11-27T18:03:18.347678Z');
INSERT INTO points_balances VALUES('default','4',40,40,'2026-11-27T18:03:16.130203Z');
INSERT INTO points_balances VALUES('default','7',140,140,'2026-11-27T18:03:18.347678Z');
INSERT INTO points_balances VALUES('default','8',125,25,'2026-11-27T18:03:18.338490Z');
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
INSERT INTO passes VALUES('default',1,'customers','first','done','2026-11-27T18:03:14.518288Z','2026-11-27T18:03:14.537275Z',7,7,0,0,0,0,NULL);
INSERT INTO passes VALUES('default',2,'orders','first','done','2026-11-27T18:03:14.855734Z','2026-11-27T18:03:14.894932Z',9,9,0,0,0,0,NULL);
INSERT INTO passes VALUES('default',3,'points','first','done','2026-11-27T18:03:15.336141Z','2026-11-27T18:03:15.362424Z',8,6,0,2,0,0,NULL);
INSERT INTO passes VALUES('default',4,'customers','incremental','done','2026-11-27T18:03:15.587749Z','2026-11-27T18:03:15.590458Z',0,0,0,0,0,0,NULL);
INSERT INTO passes VALUES('default',5,'orders','incremental','done','2026-11-27T18:03:15.945194Z','2026-11-27T18:03:15.965090Z',4,1,4,0,0,0,NULL);
INSERT INTO passes VALUES('default',6,'points','incremental','done','2026-11-27T18:03:16.124607Z','2026-11-27T18:03:16.132909Z',5,5,0,1,0,0,NULL);
INSERT INTO passes VALUES('default',7,'points','adjust','done','2026-11-27T18:03:16.235165Z','2026-11-27T18:03:16.237710Z',1,1,0,0,0,0,NULL);
INSERT INTO passes VALUES('default',8,'points','adjust','done','2026-11-27T18:03:16.313331Z','2026-11-27T18:03:16.323288Z',1,1,0,0,0,0,NULL);
INSERT INTO passes VALUES('default',9,'customers','incremental','done','2026-11-27T18:03:16.732207Z','2026-11-27T18:03:16.744364Z',1,1,0,0,0,0,NULL);
INSERT INTO passes VALUES('default',10,'orders','incremental','done','2026-11-27T18:03:16.898060Z','2026-11-27T18:03:16.922595Z',7,7,0,0,0,0,NULL);
INSERT INTO passes VALUES('default',11,'points','incremental','done','2026-11-27T18:03:17.568730Z','2026-11-27T18:03:17.590459Z',7,8,0,1,0,0,NULL);
INSERT INTO passes VALUES('default',12,'customers','incremental','done','2026-11-27T18:03:17.775296Z','2026-11-27T18:03:17.781048Z',0,0,0,0,0,0,NULL);
INSERT INTO passes VALUES('default',13,'orders','incremental','done','2026-11-27T18:03:18.061488Z','2026-11-27T18:03:18.083045Z',3,2,2,0,0,0,NULL);
INSERT INTO passes VALUES('default',14,'points','incremental','done','2026-11-27T18:03:18.329699Z','2026-11-27T18:03:18.353101Z',10,4,0,7,0,0,NULL);
INSERT INTO passes VALUES('default',15,'customers','incremental','done','2026-11-27T18:03:18.661751Z','2026-11-27T18:03:18.692479Z',1,1,0,0,0,0,NULL);
INSERT INTO passes VALUES('default',16,'orders','incremental','done','2026-11-27T18:03:19.134665Z','2026-11-27T18:03:19.177013Z',1,1,1,0,0,0,NULL);
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
CREATE TABLE IF NOT EXISTS "orders" (
    store_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    order_serial INTEGER NOT NULL,
    customer_id TEXT,
    customer_first_name TEXT,
    customer_last_name TEXT,
    customer_email TEXT,
    customer_phone TEXT,
    location_id INTEGER NOT NULL,
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
    PRIMARY KEY (store_id, order_id, location_id)
) STRICT;
INSERT INTO orders VALUES('default','A',1,'1','Ann','Otter',NULL,'303-555-0101',1,'partially_refunded','10.00','1.00','11.00','0.00',NULL,'4.00','2026-09-21T14:13:20.000000Z',5,'2026-11-27T18:03:15.953571Z');
INSERT INTO orders VALUES('default','B',2,'2','Bob','Heron',NULL,'303-555-0102',2,'completed','18.60','1.86','21.46','0.00',NULL,'0.00','2026-09-21T14:15:00.000000Z',5,'2026-11-27T18:03:15.953571Z');
INSERT INTO orders VALUES('default','V',3,'2','Bob','Heron',NULL,'303-555-0102',1,'voided','30.00','3.00','33.00','0.00',NULL,'0.00','2026-09-21T14:16:40.000000Z',5,'2026-11-27T18:03:15.953571Z');
INSERT INTO orders VALUES('default','M',4,'4','Di','Stoat',NULL,'303-555-0104',1,'completed','36.36','3.64','40.00','0.00',NULL,'0.00','2026-09-21T14:18:20.000000Z',5,'2026-11-27T18:03:15.953571Z');
INSERT INTO orders VALUES('default','E',5,'5','Ed','Newt',NULL,'303-555-0105',1,'refunded','100.00','0.00','100.00','100.00',NULL,'100.00','2000-01-01T12:00:00.000000Z',13,'2026-11-27T18:03:18.075390Z');
INSERT INTO orders VALUES('default','Z',6,'6','Flo','Finch',NULL,'303-555-0106',1,'completed','0.00','0.00','0.00','0.00',NULL,'0.00','2026-09-21T14:20:00.000000Z',2,'2026-11-27T18:03:14.878992Z');
INSERT INTO orders VALUES('default','W',7,NULL,NULL,NULL,NULL,NULL,2,'completed','5.00','0.00','5.00','0.00',NULL,'0.00','2026-09-21T14:21:40.000000Z',2,'2026-11-27T18:03:14.878992Z');
INSERT INTO orders VALUES('default','U',8,'77','Ida','Lynx',NULL,'303-555-0177',1,'completed','12.00','0.00','12.00','0.00',NULL,'0.00','2026-09-21T14:23:20.000000Z',16,'2026-11-27T18:03:19.173915Z');
INSERT INTO orders VALUES('default','A',9,'2','Bob','Heron',NULL,'303-555-0102',2,'completed','7.00','0.00','7.00','0.00',NULL,'0.00','2026-09-21T14:25:00.000000Z',2,'2026-11-27T18:03:14.878992Z');
INSERT INTO orders VALUES('default','R',10,'1','Ann','Otter',NULL,'303-555-0101',1,'refund','0.00','0.00','-4.00','0.00','A','0.00','2026-09-21T14:30:00.000000Z',5,'2026-11-27T18:03:15.953571Z');
INSERT INTO orders VALUES('default','H',11,'7','Gus','Grebe',NULL,'303-555-0107',1,'partially_refunded','20.00','0.00','20.00','0.00',NULL,'10.00','2026-09-22T17:00:00.000000Z',13,'2026-11-27T18:03:18.075390Z');
INSERT INTO orders VALUES('default','G1',12,'7','Gus','Grebe',NULL,'303-555-0107',1,'completed','20.00','0.00','20.00','0.00',NULL,'0.00','2026-09-23T21:46:40.000000Z',10,'2026-11-27T18:03:16.915306Z');
INSERT INTO orders VALUES('default','G2',13,'7','Gus','Grebe',NULL,'303-555-0107',1,'completed','30.00','0.00','30.00','0.00',NULL,'0.00','2026-09-23T21:48:20.000000Z',10,'2026-11-27T18:03:16.915306Z');
INSERT INTO orders VALUES('default','C',14,'7','Gus','Grebe',NULL,'303-555-0107',1,'completed','45.00','0.00','45.00','0.00',NULL,'0.00','2026-09-23T21:50:00.000000Z',10,'2026-11-27T18:03:16.915306Z');
INSERT INTO orders VALUES('default','G3',15,'7','Gus','Grebe',NULL,'303-555-0107',1,'completed','8.00','0.00','8.00','0.00',NULL,'0.00','2026-09-25T01:33:20.000000Z',10,'2026-11-27T18:03:16.915306Z');
INSERT INTO orders VALUES('default','X',16,'7','Gus','Grebe',NULL,'303-555-0107',1,'completed','3.00','0.00','3.00','0.00',NULL,'0.00','2026-09-25T01:35:00.000000Z',10,'2026-11-27T18:03:16.915306Z');
INSERT INTO orders VALUES('default','F',17,'7','Gus','Grebe',NULL,'303-555-0107',1,'completed','90.00','0.00','90.00','0.00',NULL,'0.00','2026-09-26T05:20:00.000000Z',10,'2026-11-27T18:03:16.915306Z');
INSERT INTO orders VALUES('default','HR',18,'7','Gus','Grebe',NULL,'303-555-0107',1,'refund','0.00','0.00','-10.00','0.00','H','0.00','2026-09-27T09:06:40.000000Z',13,'2026-11-27T18:03:18.075390Z');
INSERT INTO orders VALUES('default','K',19,'8','Hal','Ibis',NULL,'303-555-0108',1,'completed','9.99','1.00','10.99','0.00',NULL,'0.00','2026-09-28T12:53:20.000000Z',13,'2026-11-27T18:03:18.075390Z');
INSERT INTO orders VALUES('default','L',20,'1','Ann','Otter',NULL,'303-555-0101',1,'completed','9.00','0.00','9.00','0.00',NULL,'0.00','2026-09-29T16:40:00.000000Z',16,'2026-11-27T18:03:19.165649Z');
CREATE TABLE IF NOT EXISTS "points_ledger" (
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
    location_id INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (store_id, customer_id, order_id, location_id, revision),
    UNIQUE (store_id, order_id, location_id, revision)
) STRICT;
INSERT INTO points_ledger VALUES('default','1','A',1,'award',11,'11.00','1.0000','1.0000','total',3,'2026-11-27T18:03:15.342055Z',1);
INSERT INTO points_ledger VALUES('default','2','B',1,'award',20,'20.46','1.0000','1.0000','total',3,'2026-11-27T18:03:15.342055Z',2);
INSERT INTO points_ledger VALUES('default','2','V',1,'award',33,'33.00','1.0000','1.0000','total',3,'2026-11-27T18:03:15.342055Z',1);
INSERT INTO points_ledger VALUES('default','2','A',1,'award',7,'7.00','1.0000','1.0000','total',3,'2026-11-27T18:03:15.342055Z',2);
INSERT INTO points_ledger VALUES('default','3','M',1,'award',40,'40.00','1.0000','1.0000','total',3,'2026-11-27T18:03:15.342055Z',1);
INSERT INTO points_ledger VALUES('default','5','E',1,'award',100,'100.00','1.0000','1.0000','total',3,'2026-11-27T18:03:15.342055Z',1);
INSERT INTO points_ledger VALUES('default','1','A',2,'refund',-4,'7.00','1.0000','1.0000','total',6,'2026-11-27T18:03:16.127266Z',1);
INSERT INTO points_ledger VALUES('default','2','B',2,'correction',1,'21.46','1.0000','1.0000','total',6,'2026-11-27T18:03:16.127266Z',2);
INSERT INTO points_ledger VALUES('default','2','V',2,'void',-33,'0.00','1.0000','1.0000','total',6,'2026-11-27T18:03:16.127266Z',1);
INSERT INTO points_ledger VALUES('default','3','M',2,'transfer',-40,'40.00','1.0000','1.0000','total',6,'2026-11-27T18:03:16.127266Z',1);
INSERT INTO points_ledger VALUES('default','4','M',3,'transfer',40,'40.00','1.0000','1.0000','total',6,'2026-11-27T18:03:16.127266Z',1);
INSERT INTO points_ledger VALUES('default','1','adjustment:7',1,'adjustment',50,'0.00','0.0000','1.0000','adjustment reason=goodwill+%26+5+%25',7,'2026-11-27T18:03:16.236788Z',0);
INSERT INTO points_ledger VALUES('default','2','adjustment:8',1,'adjustment',-3,'0.00','0.0000','1.0000','adjustment reason=given-twice',8,'2026-11-27T18:03:16.320598Z',0);
INSERT INTO points_ledger VALUES('default','7','H',1,'award',40,'20.00','1.0000','2.0000','total offer=Happy+Hour+%26+more cap=50 rules=e52e4207',11,'2026-11-27T18:03:17.571237Z',1);
INSERT INTO points_ledger VALUES('default','7','G1',1,'award',20,'20.00','1.0000','1.0000','total cap=50 rules=e52e4207',11,'2026-11-27T18:03:17.571237Z',1);
INSERT INTO points_ledger VALUES('default','7','G2',1,'award',30,'30.00','1.0000','1.0000','total tier=Silver cap=40 rules=e52e4207',11,'2026-11-27T18:03:17.571237Z',1);
INSERT INTO points_ledger VALUES('default','7','C',1,'award',10,'45.00','1.2500','1.0000','total tier=Old+Gold cap=10 rules=e52e4207',11,'2026-11-27T18:03:17.571237Z',1);
INSERT INTO points_ledger VALUES('default','7','G3',1,'award',10,'8.00','1.2500','1.0000','total tier=Old+Gold cap=50 rules=e52e4207',11,'2026-11-27T18:03:17.571237Z',1);
INSERT INTO points_ledger VALUES('default','7','F',1,'award',50,'90.00','1.2500','1.0000','total tier=Old+Gold cap=50 rules=e52e4207',11,'2026-11-27T18:03:17.571237Z',1);
INSERT INTO points_ledger VALUES('default','8','enrollment:8',1,'enrollment',100,'0.00','0.0000','1.0000','enrollment 2026-11-27T18:03:16.732207Z',11,'2026-11-27T18:03:17.576815Z',0);
INSERT INTO points_ledger VALUES('default','5','expiry:5:2024-08-22T12:00:00Z',1,'expiry',-100,'0.00','0.0000','1.0000','expiry 2024-08-22T12:00:00Z',11,'2026-11-27T18:03:17.577736Z',0);
INSERT INTO points_ledger VALUES('default','8','K',1,'award',25,'9.99','2.5000','1.0000','subtotal cap=50 rules=272ecbf7',14,'2026-11-27T18:03:18.338490Z',1);
INSERT INTO points_ledger VALUES('default','5','E',2,'refund',-100,'0.00','1.0000','1.0000','total',14,'2026-11-27T18:03:18.337902Z',1);
INSERT INTO points_ledger VALUES('default','7','H',2,'refund',-20,'10.00','1.0000','2.0000','total offer=Happy+Hour+%26+more cap=50 rules=e52e4207',14,'2026-11-27T18:03:18.337902Z',1);
INSERT INTO points_ledger VALUES('default','5','expiry:5:2024-08-22T12:00:00Z',2,'expiry',100,'0.00','0.0000','1.0000','expiry 2024-08-22T12:00:00Z',14,'2026-11-27T18:03:18.347404Z',0);
CREATE TABLE sources (
    store_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    system_identifier TEXT NOT NULL,
    database_name TEXT NOT NULL,
    database_oid INTEGER NOT NULL,
    locations TEXT NOT NULL,
    first_pass_id INTEGER NOT NULL,
    last_pass_id INTEGER NOT NULL,
    PRIMARY KEY (store_id, stream)
) STRICT;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('blackbird_migrations',4);
CREATE INDEX customers_first_pass ON customers (store_id, first_pass_id);
CREATE INDEX passes_stream ON passes (store_id, stream, pass_id);
CREATE INDEX orders_refund_of ON orders (store_id, refund_of) WHERE refund_of IS NOT NULL;
CREATE INDEX orders_customer ON orders (store_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_pass ON orders (store_id, pass_id);
CREATE INDEX orders_serial ON orders (store_id, order_serial);
COMMIT;
