package model

// Contact is what identifies a person to a shop. A nil text is unknown; a person is never logged.
type Contact struct {
	FirstName, LastName, Email, Phone []byte
}

// Key identifies a row in the source and in the store.
type Key struct {
	// Name is the row's key in the store, trimmed; empty where the row has none.
	Name string
	// Serial orders rows that share a name; 0 where names are unique.
	Serial int64
}
