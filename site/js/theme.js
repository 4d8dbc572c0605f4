// Not a module: it runs before the first paint, so that a chosen theme does not flash the other one.
document.documentElement.dataset.theme = localStorage.getItem("arena.theme") ?? "system";
