-- A small till, as it was when the stores beside this file were filled from it by version 2 of the tables.
INSERT INTO customers (customerid, firstname, lastname, phone, location) VALUES
    ('1', 'Ann', 'Otter', '303-555-0101', 1), ('2', 'Bob', 'Heron', '303-555-0102', 2);
INSERT INTO tickets (ticketserial, id, customerid, price, tax, totalprice, datetime, location, refticketid, deleted) VALUES
    (1, 'A', '1', 10, 1, 11, 1700000000, 1, NULL, 0),
    (2, 'B', '2', 20, 2, 22, 1700000100, 2, NULL, 0),
    (3, 'R', '1', 0, 0, -4, 1700000200, 1, 'A', 0),
    (4, 'V', '1', 30, 3, 33, 1700000300, 1, NULL, 1),
    (5, 'W', NULL, 5, 0, 5, 1700000400, 2, NULL, 0),
    (6, 'X', '2', NULL, NULL, NULL, 1700000500, 1, NULL, 0),
    (7, ' ', '2', 1, 0, 1, 1700000600, 1, NULL, 0),
    (8, 'S', '2', 0, 0, -22, 1700000700, 1, 'B', 0);
