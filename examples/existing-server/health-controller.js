'use strict';

const { Controller, Get, Query } = require('@sluice/core');

class HealthController {
  read(verbose) {
    return verbose ? { up: true, uptime: process.uptime() } : { up: true };
  }
}

// What `@Controller('/health')`, `@Get('/')` and `@Query('verbose', …)` before a class, a method and a parameter do.
Query('verbose', { type: Boolean, default: false })(HealthController.prototype, 'read', 0);
Get('/')(HealthController.prototype, 'read');
Controller('/health')(HealthController);

module.exports = { HealthController };
