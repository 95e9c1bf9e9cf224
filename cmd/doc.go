// Package cmd is the command line: commands, options and where they come from, logging, reports, and the table that turns errors
// into exit codes.
//
// Its promises are to whoever starts the tool: stdout carries results and nothing else; everything else goes to stderr; an error is
// one line that names the thing, followed by a hint that names the remedy; and no output holds a password or a personal datum.
package cmd
