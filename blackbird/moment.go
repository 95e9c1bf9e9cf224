package blackbird

import (
	"fmt"
	"time"
)

// UTCTime is a time as either database returns it, in UTC; NULL is the zero one.
type UTCTime struct{ time.Time }

// Scan reads the moment from a database: the embedded store keeps text.
func (m *UTCTime) Scan(from any) (err error) {
	switch v := from.(type) {
	case nil:
		m.Time = time.Time{}
	case time.Time:
		m.Time = v.UTC()
	case string:
		m.Time, err = time.Parse(timeFormat, v)
	default:
		err = fmt.Errorf("a moment cannot be read from a %T", from)
	}
	return err
}
