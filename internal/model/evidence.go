package model

// Evidence is what a pass saw of one table of its source. The next pass compares it with what is there: a source that
// was put back to an earlier state, or whose table was swapped for another one, shows something else.
type Evidence struct {
	// Relations are the relations that the table's name reads: oid and kind, and for a view a hash of its text.
	Relations []string `json:"relations"`
	// Witnesses are some of the rows that were written last.
	Witnesses []Witness `json:"witnesses"`
	// SpacedIDs says whether customers' ids had blanks around them, nil where no one had to know.
	SpacedIDs *bool `json:"spaced_ids,omitempty"`
}

// Witness is a row of the source as it was.
type Witness struct {
	// Key is the row's key, escaped as in a URL's path: a key may hold any bytes.
	Key string `json:"key" db:"key"`
	// XID is the row's xmin, the transaction that wrote it.
	XID string `json:"xid" db:"xid"`
	// Name and Content are short hashes of the row's name in the store and of what is read of it: the file holds no
	// personal data.
	Name    string `json:"name" db:"name"`
	Content string `json:"content" db:"content"`
}
