// Clears stores and the service worker at sign-out; Spring Security sends no-store with its pages by itself.
// In SecurityConfiguration.java, in the chain of the pages:
http.logout(logout -> logout.addLogoutHandler(new HeaderWriterLogoutHandler(
    new ClearSiteDataHeaderWriter(ClearSiteDataHeaderWriter.Directive.CACHE, ClearSiteDataHeaderWriter.Directive.STORAGE))));
