DROP INDEX IF EXISTS orders_serial
