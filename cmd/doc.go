// Package cmd is the command line: commands, logging, reports, and the table that turns kinds of errors into exit
// codes.
//
// It promises that stdout carries results and nothing else, that an error is one line followed by a hint that says what
// to do, and that no output holds a password or personal data.
package cmd
