SELECT count(*) < 2 FROM sqlite_master WHERE type = 'index' AND name IN ('orders_customer', 'orders_pass')
