// Package output formats what commands print on stdout: tables, CSV, JSON, and the values in them.
//
// It promises that a table has the same number of columns in each row, for awk, and that text which somebody typed into
// BioTrack cannot control the terminal.
package output
