package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
)

//go:embed sql/disk.sql
var diskQuery string

// onDisk is one of the store's tables.
type onDisk struct {
	table       string
	rows, bytes int64
}

// measureDisk counts the rows of the store's tables, and what they and their indexes take.
func (c *chain) measureDisk(ctx context.Context) (tables []onDisk, err error) {
	err = with(c.store.URL(storeDB), func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, diskQuery)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var t onDisk
			if err := rows.Scan(&t.table, &t.rows, &t.bytes); err != nil {
				return err
			}
			tables = append(tables, t)
		}
		return errors.Join(rows.Err(), rows.Close())
	})
	if err != nil {
		return nil, fmt.Errorf("measure the store's tables: %w", err)
	}
	return tables, nil
}
