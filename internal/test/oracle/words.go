package oracle

// The streams, as rejects, passes and options name them.
const (
	StreamCustomers = "customers"
	StreamOrders    = "orders"
	StreamProducts  = "products"
	StreamPoints    = "points"
)

// The statuses of an order.
const (
	StatusVoided            = "voided"
	StatusRefund            = "refund"
	StatusPreorder          = "preorder"
	StatusOpen              = "open"
	StatusCompleted         = "completed"
	StatusPartiallyRefunded = "partially_refunded"
	StatusRefunded          = "refunded"
	StatusRemoved           = "removed"
)

// What an order's points are counted from.
const (
	BasisTotal    = "total"
	BasisSubtotal = "subtotal"
)

// What becomes of a balance below 0.
const (
	NegativeCarry    = "carry"
	NegativeWriteOff = "write_off"
)

// The windows in which earlier orders count for a tier.
const (
	WindowLifetime        = "lifetime"
	WindowCalendarYear    = "calendar_year"
	WindowRolling12Months = "rolling_12_months"
)
