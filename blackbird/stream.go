package blackbird

// Stream is one kind of rows that passes bring into a store.
type Stream struct {
	Name string
	// Table describes the rows of a stream that is merged batch by batch. Their keys can be compared with the source's.
	Table *Table
	// Grows are the tables to which its passes add rows by the thousand.
	Grows []string
	// Staging are its temporary tables. Each is created by the statement of its name; a session creates its own
	// stream's only, for PostgreSQL empties all that a session has at each commit.
	Staging []StagingTable
}

// StagingTable is a temporary table, where rows wait to be merged.
type StagingTable struct {
	Name string
	// Kept says that its rows serve more than one merge.
	Kept bool
	// statement creates the table.
	statement string
}

// The streams.
var (
	Customers = &Stream{
		Name: "customers", Table: customersTable, Grows: []string{"customers"},
		Staging: []StagingTable{stageOf(customersTable), stageOutOfScope, stageKeys},
	}
	Orders = &Stream{
		Name: "orders", Table: ordersTable, Grows: []string{"orders"},
		Staging: []StagingTable{stageOf(ordersTable), stageContacts, stageOutOfScope, stageKeys},
	}
	Products = &Stream{Name: "products"}
	Points   = &Stream{
		Name: "points", Grows: []string{"points_ledger", "points_balances"},
		Staging: []StagingTable{stageDue, stageLines, stageBalances},
	}
)

func stageOf(t *Table) StagingTable {
	return StagingTable{Name: t.Stage(), statement: t.Statement("stage_table")}
}

var (
	// stageContacts holds the present contacts of customers, stageOutOfScope the keys of rows that the source has at a
	// location that is not synced.
	stageContacts   = StagingTable{Name: "stage_contacts", statement: "stage_contacts"}
	stageOutOfScope = StagingTable{Name: "stage_out_of_scope", statement: "stage_out_of_scope"}
	// stageKeys holds the keys of the whole source, stageDue the orders whose points are due to be looked at.
	stageKeys = StagingTable{Name: "stage_keys", statement: "stage_keys", Kept: true}
	stageDue  = StagingTable{Name: "stage_due", statement: "stage_due", Kept: true}
	// stageLines holds the ledger lines that are merged together at the end of a pass.
	stageLines = StagingTable{Name: "stage_lines", statement: "stage_lines", Kept: true}
	// stageBalances holds the customers whose balances are due to be looked at.
	stageBalances = StagingTable{Name: "stage_balances", statement: "stage_balances", Kept: true}
)
