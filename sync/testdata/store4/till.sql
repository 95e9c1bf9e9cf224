-- A small till, event by event, as it was when the stores beside this file were filled from it by the version before the
-- ledger had sources and terms.
INSERT INTO customers (customerid, firstname, lastname, phone, location, createdate) VALUES
    ('1', 'Ann', 'Otter', '303-555-0101', 1, 1690000000), ('2', 'Bob', 'Heron', '303-555-0102', 1, 1690000000),
    ('3', 'Cy', 'Vole', '303-555-0103', 1, 1690000000), ('4', 'Di', 'Stoat', '303-555-0104', 1, 1690000000),
    ('5', 'Ed', 'Newt', '303-555-0105', 1, 940000000), ('6', 'Flo', 'Finch', '303-555-0106', 1, 1690000000),
    ('7', 'Gus', 'Grebe', '303-555-0107', 1, 1690000000);
INSERT INTO tickets (id, customerid, price, tax, totalprice, datetime, location) VALUES
    ('A', '1', 10, 1, 11, 1790000000, 1), ('B', '2', 18.60, 1.86, 20.46, 1790000100, 2),
    ('V', '2', 30, 3, 33, 1790000200, 1), ('M', '3', 36.36, 3.64, 40, 1790000300, 1),
    ('E', '5', 100, 0, 100, 946728000, 1), ('Z', '6', 0, 0, 0, 1790000400, 1),
    ('W', NULL, 5, 0, 5, 1790000500, 2), ('U', '77', 12, 0, 12, 1790000600, 1),
    ('A', '2', 7, 0, 7, 1790000700, 2);
INSERT INTO tickets (id, customerid, price, tax, totalprice, datetime, location, refticketid) VALUES
    ('R', '1', 0, 0, -4, 1790001000, 1, 'A');
UPDATE tickets SET deleted = 1 WHERE id = 'V';
UPDATE tickets SET customerid = '4' WHERE id = 'M';
UPDATE tickets SET totalprice = 21.46 WHERE id = 'B';
INSERT INTO customers (customerid, firstname, lastname, phone, location, createdate) VALUES
    ('8', 'Hal', 'Ibis', '303-555-0108', 1, 1790000000);
INSERT INTO tickets (id, customerid, price, tax, totalprice, datetime, location) VALUES
    ('H', '7', 20, 0, 20, 1790096400, 1), ('G1', '7', 20, 0, 20, 1790200000, 1),
    ('G2', '7', 30, 0, 30, 1790200100, 1), ('C', '7', 45, 0, 45, 1790200200, 1),
    ('G3', '7', 8, 0, 8, 1790300000, 1), ('X', '7', 3, 0, 3, 1790300100, 1), ('F', '7', 90, 0, 90, 1790400000, 1);
INSERT INTO tickets (id, customerid, price, tax, totalprice, datetime, location, refticketid) VALUES
    ('HR', '7', 0, 0, -10, 1790500000, 1, 'H');
UPDATE tickets SET refundtotalprice = 100 WHERE id = 'E';
INSERT INTO tickets (id, customerid, price, tax, totalprice, datetime, location) VALUES
    ('K', '8', 9.99, 1, 10.99, 1790600000, 1);
INSERT INTO customers (customerid, firstname, lastname, phone, location, createdate) VALUES
    ('77', 'Ida', 'Lynx', '303-555-0177', 1, 1790000000);
INSERT INTO tickets (id, customerid, price, tax, totalprice, datetime, location) VALUES
    ('L', '1', 9, 0, 9, 1790700000, 1);
