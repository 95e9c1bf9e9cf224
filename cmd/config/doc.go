// Package config turns the layers in which options are given into one typed Config: flags beat the environment, the
// environment beats a store's section of the YAML file, and that beats the file's general part.
//
// It is for package cmd, which adds a Config's settings to its commands as flags and calls Load before a command
// runs. Each setting is declared once, in config.go, with its name, its kind, its default and its help; the variable,
// the key of the file and the JSON schema follow from that. Only settings can be given by variable or in the file. A
// flag that a command declares by itself is meant for one run, and refused there.
//
// The package promises that values are read as they are written (0123 is no octal number), that an error names where
// the value was given, a variable or file, line and column, and that no error shows a URL: it may hold a password.
package config
