package biotracktest

// bend turns the ordinary sale of an index into another kind of ticket.
type bend func(g *generator, t *ticket, i int)

// bends are the kinds of tickets by their place in a period. What a refund refers to is an ordinary sale shortly before
// it, so that its amounts are known without keeping any ticket.
var bends = [ticketPeriod]bend{
	7:  voided,
	11: func(_ *generator, t *ticket, _ int) { t.pif = 0 },
	13: func(_ *generator, t *ticket, _ int) { t.preorder, t.pif = 1, 0 },
	17: func(_ *generator, t *ticket, _ int) { t.preorder = 1 },
	19: func(_ *generator, t *ticket, _ int) { t.ownRefund = percent(t.total, 40) },
	23: refundOf(2, 0, 50, asAmount),
	25: refundOf(3, 0, 100, asNegative),
	27: refundOf(1, 0, 100, asAmount),
	29: func(g *generator, t *ticket, i int) {
		refundOf(1, 0, 100, asNegative)(g, t, i)
		voided(g, t, i)
	},
	31: func(_ *generator, t *ticket, _ int) { t.ownRefund = t.total },
	33: func(_ *generator, t *ticket, _ int) {
		t.deleted, t.pif, t.preorder, t.taxExempt = null, null, null, null
	},
	34: func(_ *generator, t *ticket, _ int) { t.location = 0 },
	35: func(_ *generator, t *ticket, _ int) { t.customer, t.blankCustomer = "", true },
	36: func(_ *generator, t *ticket, _ int) { t.customer = "" },
	// Two tickets of one number: the later one counts.
	38: func(_ *generator, t *ticket, _ int) { t.id = ticketID(t.serial - 1) },
	// Two refunds of one sale, in both spellings, that together give back all of it.
	41: refundOf(1, 0, 30, asAmount),
	42: refundOf(2, 30, 100, asNegative),
	43: func(_ *generator, t *ticket, _ int) { t.price, t.tax, t.total = 0, 0, 0 },
	44: func(_ *generator, t *ticket, _ int) { t.halfCent = true },
	// A number with a blank before it, and a refund that refers to it without.
	45: func(_ *generator, t *ticket, _ int) { t.id = " " + t.id },
	46: refundOf(1, 0, 100, asNegative),
	// A customer, and a ticket, that this server does not have.
	47: func(_ *generator, t *ticket, _ int) { t.customer = "C9999999" },
	48: func(_ *generator, t *ticket, _ int) {
		t.refunds, t.price, t.tax, t.total = ticketID(-1_000_000), -t.price, -t.tax, -t.total
	},
	49: func(_ *generator, t *ticket, _ int) { t.taxExempt, t.tax, t.total = 1, 0, t.price },
	// A refund that says so in both spellings, and refunds whose sale has been voided or was another's.
	52: func(g *generator, t *ticket, i int) {
		refundOf(2, 0, 100, asNegative)(g, t, i)
		t.ownRefund = -t.total
	},
	54: voided,
	55: refundOf(1, 0, 100, asAmount),
	// A sale below nothing that refers to no other: neither a refund nor a return.
	57: func(_ *generator, t *ticket, _ int) { t.price, t.tax, t.total = -t.price, -t.tax, -t.total },
	// An exchange: it refers to another sale, but money came in.
	59: func(_ *generator, t *ticket, _ int) { t.refunds = ticketID(t.serial - 1) },
	// A sale whose own column and whose refund ticket both tell of the same money.
	61: func(_ *generator, t *ticket, _ int) { t.ownRefund = percent(t.total, 25) },
	62: refundOf(1, 0, 25, asNegative),
	// Refunds that name their sale by its transaction alone, in both spellings, one of a transaction that is nowhere,
	// and a sale that has its own.
	82: refundByTransaction(1, 100, asNegative),
	84: refundByTransaction(1, 40, asAmount),
	86: func(g *generator, t *ticket, i int) {
		refundByTransaction(1, 100, asNegative)(g, t, i)
		t.original = 1
	},
	88: func(_ *generator, t *ticket, _ int) { t.original = transactionOf(t.serial) },
	// Exchanges: one gives back a part of another sale, one all of it and is refunded itself.
	90: exchangeOf(1, 50),
	92: exchangeOf(1, 100),
	93: refundOf(1, 0, 30, asNegative),
	// A refund of a refund.
	95: func(g *generator, t *ticket, i int) {
		refundOf(1, 0, 10, asNegative)(g, t, i)
		t.refunds = ticketID(t.serial - 2)
	},
}

// voided makes a ticket one that was taken back at the till.
func voided(_ *generator, t *ticket, i int) {
	t.deleted, t.voidReason = 1, voidReasons[i%len(voidReasons)]
}

// spelling is how a refund says what it gives back.
type spelling func(t *ticket, cents int64)

// asAmount spells a refund in refundtotalprice, with a total of nothing.
func asAmount(t *ticket, cents int64) { t.price, t.tax, t.total, t.ownRefund = 0, 0, 0, cents }

// asNegative spells a refund as a total below nothing.
func asNegative(t *ticket, cents int64) {
	t.tax = -(cents * taxPercent / (100 + taxPercent))
	t.total = -cents
	t.price = t.total - t.tax
}

// refundOf makes a ticket the refund of a part of the sale that lies back tickets before it: the part between two
// percentages, so that the parts of one sale add up to all of it whatever rounding does.
func refundOf(back int, from, to int64, spell spelling) bend {
	return func(g *generator, t *ticket, i int) {
		sale := g.saleAt(i - back)
		spell(t, percent(sale.total, to)-percent(sale.total, from))
		t.refunds, t.customer, t.location = sale.id, sale.customer, sale.location
		t.lineCount = 0
	}
}

// refundByTransaction is refundOf for a refund that names its sale by the transaction alone.
func refundByTransaction(back int, part int64, spell spelling) bend {
	return func(g *generator, t *ticket, i int) {
		refundOf(back, 0, part, spell)(g, t, i)
		t.refunds, t.original = "", transactionOf(t.serial-int64(back))
	}
}

// exchangeOf makes a ticket a sale that gives back a part of the one that lies back tickets before it.
func exchangeOf(back int, part int64) bend {
	return func(g *generator, t *ticket, i int) {
		sale := g.saleAt(i - back)
		t.refunds, t.ownRefund, t.customer = sale.id, percent(sale.total, part), sale.customer
	}
}
