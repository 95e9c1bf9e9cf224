// Package deploy holds what an installation needs besides the program: schedules, an image, manifests, alert rules and
// a dashboard. It has no code of its own. Its tests hold each of these files against the program, and are a module of
// their own, so that the product does not depend on Prometheus, Kubernetes and the image builder.
package deploy
