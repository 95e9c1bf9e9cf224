-- Takes out of the staged rows those that the store holds as they are; each is looked up by its key. Citus plans the rows within IN apart, and looks
-- them up at the shard: it would not delete from a temporary table by what another node's table says.
DELETE FROM stage_customers
WHERE customer_id IN (
    SELECT s.customer_id
    FROM (SELECT * FROM stage_customers) s
    WHERE (
        SELECT (c.first_name, c.last_name, c.email, c.phone, c.phone_e164, c.location_id, c.active)
            IS NOT DISTINCT FROM (s.first_name, s.last_name, s.email, s.phone, s.phone_e164, s.location_id, s.active)
        FROM customers c
        WHERE c.store_id = :store_id AND c.customer_id = s.customer_id))
