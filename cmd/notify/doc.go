// Package notify reports how a pass ended to monitoring: a file for Prometheus' textfile collector, a Pushgateway, and
// a service that expects pings.
//
// It promises that a notification that fails is a warning in the log and changes nothing else, that no log line or
// error holds a configured URL, which may be a secret, and that the metrics file is whole whenever it is read.
package notify
