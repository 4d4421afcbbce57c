-- Rows of revision 0001, a few in each table that a later one changes.
INSERT INTO firms (id, name, tax_code, created_at) VALUES (1, 'Đại lý A', '0100109106', '2026-01-01 00:00:00');
INSERT INTO accountants (id, firm_id, role, name, phone, email, created_at)
VALUES (1, 1, 'owner', 'Phạm Chủ', '+84912345678', '', '2026-01-01 00:00:00');
INSERT INTO packages
(id, version, position, code, kind, name, summary, price, vat_rate, sample, on_sale, created_at)
VALUES (1, 1, 1, 'STARTER', 'enterprise', 'Starter', '', 1000000, 8, FALSE, TRUE, '2026-01-01 00:00:00');
INSERT INTO customers (id, firm_id, kind, tax_code, name, address, representative, email, phone, own_code,
in_catalogue, archived, missing, search, sort_key, created_at, updated_at)
SELECT n, 1, 'enterprise', 'tax' || n, 'Hoa Sen', '', '', '', '', '', TRUE, FALSE, '', 'hoa sen ' || n, '',
'2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3) AS numbers;
INSERT INTO drafts (id, accountant_id, firm_id, step, confirmed, keep_declared, order_id, updated_at)
SELECT n, 1, 1, 'review', TRUE, TRUE, n, '2026-01-01 00:00:00' FROM (SELECT 1 AS n UNION SELECT 2) AS numbers;
INSERT INTO draft_others (draft_id, notice_name, notice_email, notice_phone) VALUES (2, 'A', '', '');
INSERT INTO draft_lines (draft_id, customer_id, position, other_id) SELECT 2, 3, 1, id FROM draft_others;
INSERT INTO orders (id, code, firm_id, accountant_id, draft_id, package_id, package_code, package_name, kind,
fiscal_year, recipient, regime, vat_method, first_month, currency, costing, line_count, total, state, placed_at)
SELECT id, 'KT' || id, 1, 1, id, 1, 'STARTER', 'Starter', 'enterprise', 2026, 'customer', 'TT133', 'KHAU_TRU',
1, 'VND', 'fifo', 2, 0, 'placed', '2026-01-01 00:00:00' FROM drafts;
INSERT INTO payment_requests (code, order_id, amount, state, recipient, notice_name, notice_email, notice_phone,
bank_bin, account, holder, line_count, due_at)
SELECT code, id, 10, 'awaiting', 'customer', '', '', '', '', '', '', 1, '2026-01-01 00:00:00' FROM orders;
INSERT INTO order_lines (order_id, position, customer_id, kind, tax_code, name, address, representative, email,
phone, regime, vat_method, first_month, currency, costing, price, amount, notice_name, notice_email, notice_phone,
invoice_unit_name, invoice_tax_id, invoice_address, invoice_email, payment_code)
SELECT orders.id, customers.id, customers.id, 'enterprise', customers.tax_code, customers.name, '', '', '', '',
'TT133', 'KHAU_TRU', 1, 'VND', 'fifo', 10, 10, '', '', '', '', '', '', '', orders.code
FROM orders CROSS JOIN customers WHERE orders.id + 1 >= customers.id ORDER BY customers.id DESC;
INSERT INTO pushes (key, channel, kind, about, accountant_id, address, state, attempted, error, created_at)
SELECT state, 'sms', 'payment_instruction', 'KT1', 1, '+84911111111', state, TRUE, '', '2026-01-01 00:00:00'
FROM (SELECT 'queued' AS state UNION SELECT 'sent' UNION SELECT 'undeliverable') AS states;
INSERT INTO jobs (name, key, payload, due_at, attempts, error, given_up, created_at)
VALUES ('push', 'k', '{}', '2026-01-01 00:00:00', 0, '', FALSE, '2026-01-01 00:00:00');
