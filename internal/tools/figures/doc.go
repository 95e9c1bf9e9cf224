// Package figures measures processes and lays out in tables what they took, for the programs beside it that measure blackbirdctl.
package figures
