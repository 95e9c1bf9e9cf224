package biotracktest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"strings"
)

// blockSize is how many bytes of rows are handed to the driver at a time. It is the whole of a load's memory.
const blockSize = 32 << 10

// blockWriter is the part of lib/pq's COPY statement that takes whole blocks of rows; one Exec a row costs more than
// the rows do.
type blockWriter interface {
	CopyData(ctx context.Context, block string) (driver.Result, error)
}

// copyRows loads a table over a connection that is in a transaction and returns how many rows that were.
func copyRows(ctx context.Context, conn *sql.Conn, t table, columns []string) (rows int, err error) {
	err = conn.Raw(func(driverConn any) (err error) {
		stmt, err := driverConn.(driver.ConnPrepareContext).PrepareContext(ctx,
			"COPY "+t.name+" ("+strings.Join(columns, ", ")+") FROM STDIN")
		if err != nil {
			return err
		}
		// The statement's Close ends the COPY and reports what the server says of it.
		defer func() { err = errors.Join(err, stmt.Close()) }()
		w, ok := stmt.(blockWriter)
		if !ok {
			return errors.New("the driver takes no blocks")
		}
		r := row{buf: make([]byte, 0, blockSize+blockSize/4), fresh: true}
		for i := range t.n {
			t.write(&r, i)
			if len(r.buf) >= blockSize || i == t.n-1 {
				if err := writeBlock(ctx, w, r.buf); err != nil {
					return err
				}
				r.buf = r.buf[:0]
			}
		}
		rows = r.rows
		return nil
	})
	return rows, err
}

// writeBlock hands a block of whole rows over. The driver ends what it is given with a newline of its own, so the
// block's last one is left out.
func writeBlock(ctx context.Context, w blockWriter, block []byte) error {
	if len(block) == 0 {
		return nil
	}
	_, err := w.CopyData(ctx, string(block[:len(block)-1]))
	return err
}
