-- Whether the table lacks one of the indexes that no migration makes.
SELECT to_regclass('orders_customer') IS NULL OR to_regclass('orders_pass') IS NULL OR to_regclass('orders_serial') IS NULL
