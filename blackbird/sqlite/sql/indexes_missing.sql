SELECT count(*) < 3 FROM sqlite_master
WHERE type = 'index' AND name IN ('orders_customer', 'orders_pass', 'orders_serial')
