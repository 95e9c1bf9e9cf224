-- The tables of a newer point-of-sale server: ids padded with blanks to a fixed length, barcodes as numbers, audit columns on
-- every table. modified is still there, and nothing maintains it. No index on any time column here either.

-- People; deleted = 1 is a person who is gone. cell goes before phone.
CREATE TABLE customers (
    customerid char(10) PRIMARY KEY,
    lastname text,
    firstname text,
    middlename text,
    birthmonth varchar(2),
    birthday varchar(2),
    birthyear varchar(4),
    phone text,
    cell text,
    email text,
    location bigint DEFAULT 1,
    ismember smallint DEFAULT 0,
    deleted smallint DEFAULT 0,
    visits bigint DEFAULT 0,
    amountspent numeric DEFAULT 0,
    points numeric DEFAULT 0,
    discount numeric DEFAULT 0,
    membersince bigint,
    createdate bigint,
    sessiontime bigint,
    created timestamp DEFAULT now(),
    modified timestamp,
    emailoptin smallint DEFAULT 1,
    smsoptin smallint DEFAULT 1,
    replication_val bigint,
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);
CREATE INDEX customers_replication_val ON customers (replication_val) WHERE replication_val > 0;

-- Orders. id is the number that other tables refer to, and nothing keeps it unique.
CREATE TABLE tickets (
    ticketserial serial PRIMARY KEY,
    id char(16),
    price numeric DEFAULT 0,
    tax numeric DEFAULT 0,
    totalprice numeric DEFAULT 0,
    terminal bigint,
    userid text,
    datetime bigint,
    location bigint DEFAULT 1,
    customerid char(10),
    transactionid bigint,
    tendered numeric DEFAULT 0,
    change numeric DEFAULT 0,
    deleted smallint DEFAULT 0,
    refundprice numeric DEFAULT 0,
    refundtax numeric DEFAULT 0,
    refundtotalprice numeric DEFAULT 0,
    refticketid char(16),
    voidedby text,
    voidreason text,
    created timestamp DEFAULT now(),
    modified timestamp,
    taxexempt smallint DEFAULT 0,
    ticketpoints numeric DEFAULT 0,
    referralpoints numeric DEFAULT 0,
    pif smallint DEFAULT 1,
    preorder smallint DEFAULT 0,
    transactionid_original bigint,
    replication_val bigint,
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);
CREATE INDEX tickets_replication_val ON tickets (replication_val) WHERE replication_val > 0;

-- The lines of orders.
CREATE TABLE sales (
    id serial PRIMARY KEY,
    ticketid char(16),
    productid bigint,
    inventoryid text,
    strain text,
    price numeric DEFAULT 0,
    tax numeric DEFAULT 0,
    total numeric DEFAULT 0,
    weight numeric DEFAULT 0,
    price_post_discount numeric DEFAULT 0,
    pricepoint text,
    location bigint DEFAULT 1,
    customerid char(10),
    datetime bigint,
    deleted smallint DEFAULT 0,
    refunded smallint DEFAULT 0,
    restocked smallint DEFAULT 0,
    requiresweighing smallint DEFAULT 0,
    refticketid char(16),
    taxcat integer,
    price_adjusted_for_ticket_discounts numeric,
    price_post_everything numeric,
    tax_collected numeric,
    tax_collected_excise numeric,
    uid text,
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);

-- What was paid for orders, and given back.
CREATE TABLE payments (
    id serial PRIMARY KEY,
    ticketid char(16),
    paymentmethod text,
    paymentamount numeric DEFAULT 0,
    amount numeric DEFAULT 0,
    customerid char(10),
    datetime bigint,
    deleted smallint DEFAULT 0,
    refunded smallint DEFAULT 0,
    refticketid char(16),
    pointsused numeric DEFAULT 0,
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);

-- What is sold. An empty pricepoint is its category's.
CREATE TABLE products (
    id serial PRIMARY KEY,
    name text,
    strain text,
    productcategory bigint,
    taxcategory bigint,
    pricepoint text,
    location bigint DEFAULT 1,
    requiresweighing smallint DEFAULT 0,
    requiresinventory smallint DEFAULT 1,
    ismedicated smallint DEFAULT 0,
    deleted smallint DEFAULT 0,
    ismembersonly smallint DEFAULT 0,
    externalbarcode text,
    productdescription text,
    inventorytype smallint,
    defaultusable numeric,
    costperunit numeric,
    created timestamp DEFAULT now(),
    modified timestamp,
    pricepoint_alternate text,
    uid text,
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);

-- Categories, some with prices of their own.
CREATE TABLE productcategories (
    id serial PRIMARY KEY,
    name text,
    location bigint DEFAULT 1,
    deleted smallint DEFAULT 0,
    pricepoint text,
    created timestamp DEFAULT now(),
    modified timestamp,
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);

-- Lots, by their 16-digit barcodes. roomdata is room,amount pairs joined by colons.
CREATE TABLE inventory (
    id bigint PRIMARY KEY,
    strain text,
    straintype text,
    productid bigint,
    location bigint DEFAULT 1,
    weight numeric DEFAULT 0,
    remainingweight numeric DEFAULT 0,
    adjustedsofar numeric DEFAULT 0,
    dispensedsofar numeric DEFAULT 0,
    quantity numeric DEFAULT 0,
    requiresweighing smallint DEFAULT 0,
    deleted smallint DEFAULT 0,
    dispensed smallint DEFAULT 0,
    transferredout smallint DEFAULT 0,
    currentroom bigint DEFAULT 0,
    roomdata text,
    packageweight text,
    priceout numeric,
    pricein numeric,
    inventorystatus smallint,
    seized smallint DEFAULT 0,
    is_sample smallint DEFAULT 0,
    expiration bigint,
    sessiontime bigint,
    created timestamp DEFAULT now(),
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);

-- Rooms. Room 0, the bulk room, is not among them.
CREATE TABLE inventoryrooms (
    id serial PRIMARY KEY,
    roomname text,
    location bigint DEFAULT 1,
    deleted smallint DEFAULT 0,
    quarantine smallint DEFAULT 0,
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);

-- Member levels. Level 0 has no row.
CREATE TABLE memberdiscount (
    id serial PRIMARY KEY,
    membername text,
    rate numeric,
    enabled smallint DEFAULT 1,
    location bigint DEFAULT 1,
    deleted smallint DEFAULT 0,
    caregiver smallint DEFAULT 0,
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);

-- The shops that this server keeps.
CREATE TABLE locations (
    id serial PRIMARY KEY,
    name text,
    address1 text,
    city text,
    state varchar(2),
    zip varchar(9),
    phone text,
    licensenum text,
    deleted smallint DEFAULT 0,
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);

-- Whose server this is.
CREATE TABLE orgdata (
    id serial PRIMARY KEY,
    orgname text,
    orgid bigint,
    modified_on timestamptz DEFAULT now(),
    created_on timestamptz DEFAULT now(),
    modified_by varchar(255) DEFAULT current_user,
    created_by varchar(255) DEFAULT current_user,
    id_serial bigserial
);

-- A change log that only replicating servers fill. hstore is a contributed type, which not every server can provide.
DO $$
DECLARE
    kind text := 'text';
BEGIN
    BEGIN
        CREATE EXTENSION IF NOT EXISTS hstore;
        kind := 'hstore';
    EXCEPTION WHEN OTHERS THEN
        NULL;
    END;
    EXECUTE format('CREATE TABLE replication_history (id bigserial PRIMARY KEY, tabname text, operation text, '
        'new_val %1$s, primary_val %1$s, ts timestamp DEFAULT now())', kind);
END
$$;
