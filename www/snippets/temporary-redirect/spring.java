// Leads on for this time only: where it leads depends on who asks, so no browser may remember it (RFC 9110 §15.4.3).
// In StartController.java, a class with @Controller:
@GetMapping("/start")
ResponseEntity<Void> start() {
    return ResponseEntity.status(HttpStatus.FOUND)
        .location(URI.create("/private/"))
        .cacheControl(CacheControl.noStore())
        .build();
}
