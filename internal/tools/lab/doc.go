// Package lab is what demo, bench, chain and soak share: option parsing, signals, clean-up, private servers, runs of
// the built program and what they cost, samples, and Markdown tables.
//
// A program's body is written like a test. It gets a [T], which has the methods of a test's T that fixtures need: Fatal
// ends the body, Cleanup runs however it ended, Context ends with the first signal. A second signal ends the process at
// once.
package lab
