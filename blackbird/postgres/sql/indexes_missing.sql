SELECT to_regclass('orders_serial') IS NULL
